import { isDeepStrictEqual } from "node:util";
import { isRecord } from "./at";
import { leavesOf, memberOf } from "./values-files";

/** One difference, by name. */
export interface Difference {
  /** Such as env.LOG_LEVEL. */
  readonly path: string;
  /** Such as "is missing". */
  readonly is: string;
}

/**
 * What an import speaks of. Of the first, each side may have what the other has not, and that is a difference; of the second
 * only what the import meant is looked at, because the chart and people say more.
 */
const WHOLE = ["env", "secrets", "consumers", "cronJobs", "sidecars"] as const;
const MEANT = [
  "command",
  "args",
  "workingDir",
  "port",
  "resources",
  "probes",
  "replicas",
  "autoscaling",
  "shutdown",
  "volumes",
  "routes",
  "migration",
] as const;

/**
 * Where other values say something else than the import meant, by name. Values of variables are compared and never told.
 * @param others who says so, such as "the release"
 */
export function differences(meant: object, other: object, others: string): Difference[] {
  const [ours, theirs] = [comparable(meant), comparable(other)];
  const expected = leavesOf(ours).filter(({ path }) => isAbout(path, [...WHOLE, ...MEANT]));
  const more = leavesOf(theirs).filter(({ path }) => isAbout(path, WHOLE) && memberOf(ours, path) === undefined);
  return [
    ...expected.flatMap(({ path, value }) => {
      const found = memberOf(theirs, path);
      if (isDeepStrictEqual(found, value)) return [];
      const name = path.join(".");
      if (found === undefined) return [{ path: name, is: `is missing in ${others}` }];
      const values =
        path[0] === "env" || path.includes("env") ? "another value" : `${shown(found)} and not ${shown(value)}`;
      return [{ path: name, is: `is ${values} in ${others}` }];
    }),
    ...more.map(({ path }) => ({ path: path.join("."), is: `is in ${others}, and the import did not mean it` })),
  ];
}

const isAbout = ([first = ""]: readonly string[], keys: readonly string[]): boolean => keys.includes(first);

/** Secrets by their name in the vault, so that each is told by itself. */
function comparable(values: object): object {
  const secrets = memberOf(values, ["secrets"]);
  if (!Array.isArray(secrets)) return values;
  const named = secrets.flatMap((one: unknown) =>
    isRecord(one) && typeof one["name"] === "string" ? [[one["name"], one["env"] ?? "a file"] as const] : [],
  );
  return { ...values, secrets: Object.fromEntries(named) };
}

const shown = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));
