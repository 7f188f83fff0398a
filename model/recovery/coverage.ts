import { applicationNames } from "../applications";
import type { Environment } from "../environment";
import { SECRET_SOURCES } from "../schema/aws";
import { matches } from "../suppression";
import type { Covered, Row, Setting } from "./plan";
import { LOOKED_UP, STATELESS } from "./stateless";

/** A stack as it was synthesized, as far as recovery looks at it. */
export interface SynthesizedParts {
  readonly name: string;
  readonly json: {
    readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

/** What says which environment is guarded. */
type Guarded = Pick<Environment, "applications" | "deletionGuard" | "locks" | "name">;

/** A stack of which the plan speaks by its kind: every environment has the same. */
interface Kind {
  readonly name: string;
  /** Such as `infra`; `application` for each application's; `bootstrap`. */
  readonly kind: string;
  readonly isGuarded: boolean;
  readonly json: SynthesizedParts["json"];
}

/** Secrets that no map of an environment names. */
const OTHER_SECRETS = [
  // Written into a vault here, after users have moved: AWS never had them.
  "byHand",
  // Private keys of certificates, which cert-manager keeps in the cluster.
  "certificates",
  // What Flux reads this repository with.
  "gitKey",
] as const;

const REPOSITORIES = ["program", "applications"] as const;

/** What is deployed, as far as the plan speaks of it. */
interface Deployed {
  readonly bootstrap: Omit<Guarded, "applications">;
  readonly environments: readonly Guarded[];
  /** As synthesized, in every shape that matters. */
  readonly stacks: readonly SynthesizedParts[];
}

/**
 * What has no row: stateful resources, states, sources of secrets, repositories, and what a stack looks up.
 * @returns one sentence each, none twice
 */
export function uncovered(plan: readonly Row[], deployed: Deployed): string[] {
  const all = plan.flatMap(({ covers }) => covers);
  const isCovered = (fits: (covered: Covered) => boolean) => all.some(fits);
  return [
    ...new Set([
      ...kindsOf(deployed).flatMap((stack) => uncoveredIn(stack, isCovered)),
      ...[...SECRET_SOURCES, ...OTHER_SECRETS]
        .filter((from) => !isCovered((covered) => covered.of === "secrets" && covered.from === from))
        .map((from) => `secrets from ${from}: have no row in recovery/`),
      ...REPOSITORIES.filter(
        (name) => !isCovered((covered) => covered.of === "repository" && covered.name === name),
      ).map((name) => `the repository ${name}: has no row in recovery/`),
    ]),
  ];
}

/**
 * What the plan says and is not so: rows that cover nothing, and settings that the stacks do not have.
 * @returns one sentence each, none twice
 */
export function brokenPromises(plan: readonly Row[], deployed: Deployed): string[] {
  const kinds = kindsOf(deployed);
  return [
    ...new Set(
      plan.flatMap(({ covers, id, protection }) => [
        ...covers
          .filter((covered) => !isThere(covered, kinds))
          .map((covered) => `row ${id}: covers ${JSON.stringify(covered)}, and there is no such thing`),
        ...protection.settings.flatMap((setting) => settingFaults(id, setting, kinds)),
      ]),
    ),
  ];
}

const kindsOf = ({ bootstrap, environments, stacks }: Deployed): Kind[] =>
  stacks.map((stack) => kindOf(stack, bootstrap, environments));

function kindOf(
  { json, name }: SynthesizedParts,
  bootstrap: Omit<Guarded, "applications">,
  environments: readonly Guarded[],
): Kind {
  const isGuarded = ({ deletionGuard, locks }: Pick<Guarded, "deletionGuard" | "locks">) => deletionGuard && locks;
  if (name === bootstrap.name) return { name, json, kind: "bootstrap", isGuarded: isGuarded(bootstrap) };
  // Of staging and staging-eu, the longer name.
  const [environment] = environments
    .filter((one) => name.startsWith(`${one.name}-`))
    .sort((a, b) => b.name.length - a.name.length);
  if (environment === undefined) throw new Error(`${name} is a stack of no environment`);
  const own = name.slice(environment.name.length + 1);
  // A standby has in a stack of its own what others have in `infra`: there the rows are the same.
  const kind = own === "cluster" ? "infra" : own;
  const isApplication = applicationNames(environment).includes(kind);
  return { name, json, kind: isApplication ? "application" : kind, isGuarded: isGuarded(environment) };
}

/** Every resource, by type and name. */
const resourcesOf = ({ json }: Kind): { readonly type: string; readonly name: string; readonly body: unknown }[] =>
  Object.entries(json.resource ?? {}).flatMap(([type, byName]) =>
    Object.entries(byName).map(([name, body]) => ({ type, name, body })),
  );

function uncoveredIn(stack: Kind, isCovered: (fits: (covered: Covered) => boolean) => boolean): string[] {
  const { json, kind, name: stackName } = stack;
  const resources = resourcesOf(stack)
    .filter(
      ({ name, type }) =>
        !Object.hasOwn(STATELESS, type) && !isCovered((covered) => isOf(covered, { kind, name, type })),
    )
    .map(
      ({ name, type }) =>
        `${stackName}: ${type}.${name} has no row in recovery/: say there how it comes back, or say in model/recovery/stateless.ts why its type holds nothing`,
    );
  const lookedUp = Object.keys(json.data ?? {})
    .filter((type) => !Object.hasOwn(LOOKED_UP, type))
    .filter((type) => !isCovered((covered) => covered.of === "foreign" && covered.type === type))
    .map(
      (type) =>
        `${stackName}: looks up ${type}, which has no row in recovery/: say there who brings it back, or list it in model/recovery/stateless.ts`,
    );
  const state = isCovered((covered) => covered.of === "state" && covered.stack === kind)
    ? []
    : [`${stackName}: its state has no row in recovery/`];
  return [...resources, ...lookedUp, ...state];
}

const isOf = (
  covered: Covered,
  { kind, name, type }: { readonly kind: string; readonly name: string; readonly type: string },
): boolean =>
  covered.of === "resource" && covered.stack === kind && covered.type === type && matches(covered.name, name);

function isThere(covered: Covered, kinds: readonly Kind[]): boolean {
  switch (covered.of) {
    case "resource":
      return kinds.some((stack) =>
        resourcesOf(stack).some(({ name, type }) => isOf(covered, { kind: stack.kind, name, type })),
      );
    case "state":
      return kinds.some(({ kind }) => kind === covered.stack);
    case "secrets":
      return [...SECRET_SOURCES, ...OTHER_SECRETS].includes(covered.from);
    case "repository":
      return REPOSITORIES.includes(covered.name);
    // Which kind of database is looked up is the environment's: a row may name those that none has today.
    case "foreign":
      return true;
  }
}

/** Of a setting that is promised: where it is otherwise, or of nothing at all. */
function settingFaults(row: string, setting: Setting, kinds: readonly Kind[]): string[] {
  const { is, name, path, stack, type, where } = setting;
  const found = kinds
    .filter(({ isGuarded, kind }) => kind === stack && (where !== "guarded" || isGuarded))
    .flatMap((one) =>
      resourcesOf(one)
        .filter((resource) => resource.type === type && matches(name, resource.name))
        .map((resource) => ({ at: `${one.name}: ${type}.${resource.name}`, value: valueAt(resource.body, path) })),
    );
  if (found.length === 0) return [`row ${row}: promises ${path} of ${type}.${name}, and no ${stack} has it`];
  return found
    .filter(({ value }) => (typeof is === "number" ? !(typeof value === "number" && value >= is) : value !== is))
    .map(
      ({ at, value }) =>
        `row ${row}: ${at}: ${path} is ${JSON.stringify(value) ?? "absent"}, and must be ${typeof is === "number" ? "at least " : ""}${JSON.stringify(is)}`,
    );
}

const valueAt = (body: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce((value: unknown, key) => (value === undefined || value === null ? undefined : Object(value)[key]), body);
