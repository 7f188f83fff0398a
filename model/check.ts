import type { z } from "zod";
import { helmValueFaults } from "./check-helm-values";
import { type Environment, environmentSchema } from "./environment";
import type { HelmValues } from "./helm-values";
import { isMapping } from "./read-values";
import { ENVIRONMENT_RULES, type Rule, SUBSCRIPTION_RULES } from "./rules";
import { BETWEEN_ENVIRONMENTS } from "./rules/between";
import { describeFault, describeFaults, type Fault, fault } from "./rules/fault";
import { unprepared } from "./rules/prepared";
import { judgeShape, type Shape } from "./rules/shape";
import { type Subscription, subscriptionSchema } from "./subscription";
import { UserError } from "./user-error";

/**
 * @throws UserError with every fault of the bootstrap, of every environment and, when they are given, of every release's
 * values, at once and one a line. A fault that follows from another is left out: it would go with it.
 * @param known every environment that has files in helm-values/, also one that is not judged here
 */
export function checkEnvironments(
  environments: readonly Environment[],
  bootstrap: Subscription,
  helmValues?: HelmValues,
  known: readonly Environment[] = environments,
): void {
  const ground = judgeFile("bootstrap", bootstrap, subscriptionSchema, SUBSCRIPTION_RULES);
  // What a file exports may be anything, and so may what a list was given.
  const files = listed(environments).map((environment, index) =>
    judgeFile(labelOf(environment, index), environment, environmentSchema, ENVIRONMENT_RULES),
  );
  const judged = files.flatMap(({ settings, shape, label }) => (settings && shape ? [{ settings, shape, label }] : []));
  const isWhole = judged.length === files.length;
  const faults = [
    ...ground.lines,
    ...files.flatMap(({ lines }) => lines),
    ...(ground.settings && ground.shape ? unprepared(ground.settings, ground.shape, judged) : []),
    ...(isWhole ? betweenEnvironments(judged) : []),
  ];
  const withFiles = listed(known).filter(isNamed);
  const valueFaults = helmValues === undefined || !isWhole ? [] : helmValueFaults(judged, helmValues, withFiles);
  const all = [...faults, ...valueFaults];
  if (all.length === 0) return;
  const where = [...(faults.length > 0 ? ["environments/"] : []), ...(valueFaults.length > 0 ? ["helm-values/"] : [])];
  const count = `${all.length} ${all.length === 1 ? "fault" : "faults"}`;
  throw new UserError(
    [`${where.join(" and ")}: ${count}, nothing was touched`, ...all.map((line) => `  ${line}`)].join("\n"),
  );
}

/** @throws UserError for something else than a list */
function listed<T>(environments: readonly T[]): readonly T[] {
  if (Array.isArray(environments)) return environments;
  const all = fault("ENVIRONMENTS", environments, "must be a list of environments");
  throw new UserError(`environments/all.ts: 1 fault, nothing was touched\n  ${describeFault("", all)}`);
}

const isNamed = (environment: unknown): environment is { readonly name: string } =>
  isMapping(environment) && typeof environment["name"] === "string" && environment["name"] !== "";

/** How a user finds the file of an environment: by its name, or by its place in the list. */
const labelOf = (environment: unknown, index: number): string =>
  isNamed(environment) ? environment.name : `ENVIRONMENTS[${index}]`;

interface JudgedFile<T> {
  readonly label: string;
  readonly lines: readonly string[];
  /** Neither for something that has no fields at all. */
  readonly settings?: T;
  readonly shape?: Shape;
}

/** The faults of one file: of each field, then of each rule that can read its fields. */
function judgeFile<T>(label: string, settings: T, schema: z.ZodType, rules: readonly Rule<T>[]): JudgedFile<T> {
  if (!isMapping(settings)) {
    const must = `must be an object with the fields of ${label === "bootstrap" ? "a subscription" : "an environment"} (is it exported under the name by which environments/all.ts imports it?)`;
    return { label, lines: [describeFault(label, fault("", settings, must))] };
  }
  const shape = judgeShape(schema, settings);
  const readable = rules.filter(({ reads }) => shape.isReadable(reads));
  const faults = [...shape.faults, ...shape.news(readable.flatMap((rule) => rule.faults(settings)))];
  return { label, lines: describeFaults(() => `${label}.`, faults), settings, shape };
}

type Judged = Required<Omit<JudgedFile<Environment>, "lines">>;

/** A rule between environments counts when nothing is wrong with what it reads of any of them. */
function betweenEnvironments(judged: readonly Judged[]): string[] {
  const rules = BETWEEN_ENVIRONMENTS.filter(({ reads }) => judged.every(({ shape }) => reads.every(shape.isSound)));
  const all = judged.map(({ settings }) => settings);
  return judged.flatMap(({ label, settings }, index) => {
    const faults: Fault[] = rules.flatMap((rule) => rule.faults(settings, all.slice(0, index), all));
    return describeFaults(() => `${label}.`, faults);
  });
}
