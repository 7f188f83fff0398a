import type { z } from "zod";
import { helmValueIssues } from "./check-helm-values";
import type { Cutovers } from "./cutover/files";
import { cutoverIssues } from "./cutover/rules";
import { type Environment, environmentSchema } from "./environment";
import type { HelmValues } from "./helm-values";
import { isMapping } from "./read-values";
import { ENVIRONMENT_RULES, type Rule, SUBSCRIPTION_RULES } from "./rules";
import { ACROSS_ENVIRONMENTS } from "./rules/across-environments";
import { describeIssue, describeIssues, type Issue, issue } from "./rules/issue";
import { unprepared } from "./rules/prepared";
import { evaluateShape, type Shape } from "./rules/shape";
import { type Subscription, subscriptionSchema } from "./subscription";
import { UserError } from "./user-error";

/** What stands beside the environments. */
export interface OtherFiles {
  readonly helmValues?: HelmValues;
  readonly cutovers?: Cutovers;
}

/**
 * @throws UserError with every issue of the bootstrap, of every environment and, when they are given, of every release's
 * values and every cutover, at once and one a line. An issue that follows from another is left out: whoever mends that one mends both.
 * @param known every environment that has files in helm-values/ and cutover/, also one that is not judged here
 */
export function checkEnvironments(
  environments: readonly Environment[],
  bootstrap: Subscription,
  { cutovers, helmValues }: OtherFiles = {},
  known: readonly Environment[] = environments,
): void {
  const ground = evaluateFile("bootstrap", bootstrap, subscriptionSchema, SUBSCRIPTION_RULES);
  // What a file exports may be anything, and so may what a list was given.
  const files = listed(environments).map((environment, index) =>
    evaluateFile(labelOf(environment, index), environment, environmentSchema, ENVIRONMENT_RULES),
  );
  const evaluated = files.flatMap(({ settings, shape, label }) =>
    settings && shape ? [{ settings, shape, label }] : [],
  );
  const isWhole = evaluated.length === files.length;
  const issues = [
    ...ground.lines,
    ...files.flatMap(({ lines }) => lines),
    ...(ground.settings && ground.shape ? unprepared(ground.settings, ground.shape, evaluated) : []),
    ...(isWhole ? acrossEnvironments(evaluated) : []),
  ];
  const withFiles = listed(known).filter(isNamed).map(namesAlone);
  const valueIssues = helmValues === undefined || !isWhole ? [] : helmValueIssues(evaluated, helmValues, withFiles);
  // Jobs are judged by values that are good themselves.
  const judgedBy = valueIssues.length > 0 ? undefined : helmValues;
  const moves =
    cutovers === undefined || !isWhole
      ? []
      : [
          ...cutovers.strays(withFiles).map((each) => describeIssue("", each)),
          ...evaluated.flatMap((one) => cutoverIssues(one, cutovers.read(one.settings), judgedBy)),
        ];
  const all = [...issues, ...valueIssues, ...moves];
  if (all.length === 0) return;
  const where = [
    ...(issues.length > 0 ? ["environments/"] : []),
    ...(valueIssues.length > 0 ? ["helm-values/"] : []),
    ...(moves.length > 0 ? ["cutover/"] : []),
  ];
  const count = `${all.length} ${all.length === 1 ? "issue" : "issues"}`;
  throw new UserError(
    [`${listOf(where)}: ${count}, nothing was touched`, ...all.map((line) => `  ${line}`)].join("\n"),
  );
}

/** Such as "a, b and c". */
const listOf = (words: readonly string[]): string => words.join(", ").replace(/, ([^,]*)$/, " and $1");

/** @throws UserError for something else than a list */
function listed<T>(environments: readonly T[]): readonly T[] {
  if (Array.isArray(environments)) return environments;
  const all = issue("ENVIRONMENTS", environments, "must be a list of environments");
  throw new UserError(`environments/all.ts: 1 issue, nothing was touched\n  ${describeIssue("", all)}`);
}

const isNamed = (environment: unknown): environment is { readonly name: string } =>
  isMapping(environment) && typeof environment["name"] === "string" && environment["name"] !== "";

/** What of an environment says which files are its; the list of applications of one that is not judged may be anything. */
function namesAlone({ name, ...rest }: { readonly name: string }): Pick<Environment, "name" | "applications"> {
  const { data = [] } = environmentSchema.shape.applications.safeParse((rest as Partial<Environment>).applications);
  return { name, applications: data };
}

/** How a user finds the file of an environment: by its name, or by its place in the list. */
const labelOf = (environment: unknown, index: number): string =>
  isNamed(environment) ? environment.name : `ENVIRONMENTS[${index}]`;

interface EvaluatedFile<T> {
  readonly label: string;
  readonly lines: readonly string[];
  /** Neither for something that has no fields at all. */
  readonly settings?: T;
  readonly shape?: Shape;
}

/** The issues of one file: of each field, then of each rule that can read its fields. */
function evaluateFile<T>(label: string, settings: T, schema: z.ZodType, rules: readonly Rule<T>[]): EvaluatedFile<T> {
  if (!isMapping(settings)) {
    const must = `must be an object with the fields of ${label === "bootstrap" ? "a subscription" : "an environment"} (is it exported under the name by which environments/all.ts imports it?)`;
    return { label, lines: [describeIssue(label, issue("", settings, must))] };
  }
  const shape = evaluateShape(schema, settings);
  const readable = rules.filter(({ reads }) => shape.isReadable(reads));
  const issues = [...shape.issues, ...shape.news(readable.flatMap((rule) => rule.issues(settings)))];
  return { label, lines: describeIssues(() => `${label}.`, issues), settings, shape };
}

type Evaluated = Required<Omit<EvaluatedFile<Environment>, "lines">>;

/** A rule between environments counts when nothing is wrong with what it reads of any of them. */
function acrossEnvironments(evaluated: readonly Evaluated[]): string[] {
  const rules = ACROSS_ENVIRONMENTS.filter(({ reads }) => evaluated.every(({ shape }) => reads.every(shape.isSound)));
  const all = evaluated.map(({ settings }) => settings);
  return evaluated.flatMap(({ label, settings }, index) => {
    const issues: Issue[] = rules.flatMap((rule) => rule.issues(settings, all.slice(0, index), all));
    return describeIssues(() => `${label}.`, issues);
  });
}
