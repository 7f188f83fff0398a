import type { z } from "zod";
import { type Environment, environmentSchema } from "./environment";
import { type Fault, RULES } from "./rules";
import { UserError } from "./user-error";

/** @throws UserError with every fault of every environment at once, one a line. */
export function checkEnvironments(environments: readonly Environment[]): void {
  const faults = environments.flatMap((environment) =>
    faultsOf(environment).map((fault) => describe(environment, fault)),
  );
  faults.push(...sharedNames(environments));
  if (faults.length === 0) return;
  const count = `${faults.length} ${faults.length === 1 ? "fault" : "faults"}`;
  throw new UserError(
    [`environments/: ${count}, nothing was touched`, ...faults.map((line) => `  ${line}`)].join("\n"),
  );
}

/** With these a field is not even of its type, so that rules cannot read it. */
const NOT_OF_ITS_TYPE = ["invalid_type", "invalid_union"];

/** The faults of one environment: of each field, then of each rule that can read its fields. */
function faultsOf(environment: Environment): Fault[] {
  const issues = environmentSchema.safeParse(environment).error?.issues ?? [];
  const unreadable = issues.filter(({ code }) => NOT_OF_ITS_TYPE.includes(code)).map(({ path }) => path[0]);
  const rules = RULES.filter(({ reads }) => !reads.some((field) => unreadable.includes(field)));
  return [
    ...issues.flatMap((issue) => shapeFaults(issue, environment)),
    ...rules.flatMap((rule) => rule.faults(environment)),
  ];
}

function shapeFaults(issue: z.core.$ZodIssue, environment: Environment): Fault[] {
  const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({ path: path.join("."), got: valueAt(environment, path), must: issue.message }));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

const shown = (value: unknown) =>
  value === undefined ? "nothing" : typeof value === "string" && value.includes(" ") ? value : JSON.stringify(value);

function describe(environment: Environment, { path, got, must }: Fault): string {
  return `${environment.name}.${path}: got ${shown(got)}, ${must}`;
}

/** Two environments with one name would share stacks; with one code and suffix, a registry and vaults. */
function sharedNames(environments: readonly Environment[]): string[] {
  return environments.flatMap((environment, index) =>
    environments
      .slice(0, index)
      .flatMap((other) => [
        ...(environment.name === other.name
          ? [
              `${environment.name}.name: got "${environment.name}", must be a name that no other environment has (it names the stacks)`,
            ]
          : []),
        ...(environment.code + environment.suffix === other.code + other.suffix
          ? [
              `${environment.name}.code: got "${environment.code}", must differ from that of ${other.name}, or its suffix must (registry and vault names would collide)`,
            ]
          : []),
      ]),
  );
}
