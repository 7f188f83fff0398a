import { isDeepStrictEqual } from "node:util";
import { isRecord } from "./at";
import { type Leaf, leavesOf, memberOf } from "./leaves";

/** One difference, by name. */
export interface Difference {
  /** Such as env.LOG_LEVEL. */
  readonly path: string;
  /** Such as "is missing in the release". */
  readonly is: string;
}

/** What an import speaks of, of all that a release is given. */
const OURS = [
  ...["command", "args", "workingDir", "port", "env", "secrets", "resources", "probes", "shutdown", "replicas"],
  ...["autoscaling", "volumes", "routes", "consumers", "cronJobs", "sidecars", "migration"],
];
/** Of these a release has just what was meant; of the others the chart and people say more. */
const WHOLE = ["env", "secrets", "consumers", "cronJobs", "sidecars"];

/**
 * Where a release says something else than the import meant, by name. Values of variables are compared and never told.
 * @param others who says so, such as "the release"
 */
export const differences = (meant: object, release: object, others: string): Difference[] =>
  compared(meant, release, others, WHOLE);

/** The same of what another import means, which is whole. */
export const drifts = (meant: object, now: object, others: string): Difference[] => compared(meant, now, others, OURS);

/** Differences of what the environment's file says of AWS: by the name in the vault, by action, by host. */
export function settingsDrifts(meant: object, now: object, others: string): Difference[] {
  const named = (aws: object): object => ({
    secrets: byName(memberOf(aws, ["secrets"]), "to"),
    permissions: Object.fromEntries(texts(memberOf(aws, ["permissions"])).map((text) => [text, true])),
    endpoints: Object.fromEntries(texts(memberOf(aws, ["endpoints"])).map((text) => [text, true])),
    ...(memberOf(aws, ["ecr"]) !== undefined && { ecr: memberOf(aws, ["ecr"]) }),
  });
  return compared(named(meant), named(now), others, ["secrets", "permissions", "endpoints", "ecr"]).map(
    ({ is, path }) => ({ path: `aws.${path}`, is }),
  );
}

function compared(meant: object, other: object, others: string, whole: readonly string[]): Difference[] {
  const [ours, theirs] = [comparable(meant), comparable(other)];
  const keys = [...OURS, ...whole];
  const expected = said(ours, keys);
  const more = said(theirs, whole).filter(({ path }) => memberOf(ours, path) === undefined);
  return [
    ...expected.flatMap(({ path, value }) => {
      const found = memberOf(theirs, path);
      if (isDeepStrictEqual(found, value)) return [];
      const name = path.join(".");
      if (found === undefined) return [{ path: name, is: `is missing in ${others}` }];
      const values = path.includes("env") ? "another value" : `${shown(found)} and not ${shown(value)}`;
      return [{ path: name, is: `is ${values} in ${others}` }];
    }),
    ...more.map(({ path }) => ({ path: path.join("."), is: `is in ${others}, and the import did not mean it` })),
  ];
}

/** What is said below some keys; nothing by an empty mapping or list. */
const said = (values: object, keys: readonly string[]): Leaf[] =>
  leavesOf(values).filter(
    ({ path: [first = ""], value }) =>
      keys.includes(first) && !(typeof value === "object" && value !== null && Object.keys(value).length === 0),
  );

/** Secrets by their name in the vault, and folders by their path, so that each is told by itself. */
const comparable = (values: object): object => ({
  ...values,
  secrets: byName(memberOf(values, ["secrets"]), "name"),
  volumes: byName(memberOf(values, ["volumes"]), "path"),
});

function byName(list: unknown, key: string): object {
  // By name already.
  if (isRecord(list)) return list;
  const all: readonly unknown[] = Array.isArray(list) ? list : [];
  return Object.fromEntries(
    all.flatMap((one) => {
      if (!isRecord(one) || typeof one[key] !== "string") return [];
      const { [key]: name, ...rest } = one;
      const words = Object.values(rest).map(shown).join(" ");
      return [[String(name), words === "" ? "a file" : words]];
    }),
  );
}

const texts = (list: unknown): string[] => (Array.isArray(list) ? list.map(shown) : []);

const shown = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));
