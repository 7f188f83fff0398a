import { isExpectedToDiffer } from "./expected-headers";
import { isMeasured, type NotMeasured } from "./not-measured";
import type { PathMeasured, SideMeasured } from "./side";

/** Something that a user would notice who is moved from one side to the other. */
export interface Difference {
  readonly path: string;
  /** failures, status, latency, or a header by its name; `location` is where a redirect leads. */
  readonly what: string;
  readonly aws: string;
  readonly azure: string;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Paths that one side, or both, did not answer. */
  readonly notMeasured: readonly ({ readonly path: string } & NotMeasured)[];
}

/**
 * The 95th percentile on Azure may be this many times AWS's (reference/migration.md, section 4, step 7). Of twenty requests
 * it is the second slowest, so one hiccup passes and two do not: measure again before you believe it.
 */
export const SLOWEST_RATIO = 1.2;

/** What differs between the two sides, path by path. */
export function compare(aws: SideMeasured, azure: SideMeasured): Comparison {
  const notMeasured = [...aws.paths, ...azure.paths].filter((path) => !isMeasured(path));
  const differences = aws.paths.flatMap((one) => {
    const other = azure.paths.find(({ path }) => path === one.path);
    return other !== undefined && isPath(one) && isPath(other) ? differencesOf(one, other) : [];
  });
  return { differences, notMeasured };
}

const isPath = (path: SideMeasured["paths"][number]): path is PathMeasured => isMeasured(path);

function differencesOf(aws: PathMeasured, azure: PathMeasured): Difference[] {
  const { path } = aws;
  const of = (what: string, one: string, other: string): Difference[] =>
    one === other ? [] : [{ path, what, aws: one, azure: other }];
  const statuses = ({ statuses }: PathMeasured) => Object.keys(statuses).sort().join(", ");
  return [
    ...of("failures", countsText(aws.failures), countsText(azure.failures)),
    ...of("status", statuses(aws), statuses(azure)),
    ...headerNames(aws, azure).flatMap((name) => of(name, headerText(aws, name), headerText(azure, name))),
    ...(azure.p95 > aws.p95 * SLOWEST_RATIO ? of("latency", latencyText(aws), latencyText(azure)) : []),
  ];
}

const headerNames = (aws: PathMeasured, azure: PathMeasured): string[] =>
  [...new Set([...Object.keys(aws.headers), ...Object.keys(azure.headers)])]
    .filter((name) => !isExpectedToDiffer(name))
    .sort();

/** Where each answer of one side has another value, such as a nonce, only that the header is there can be compared. */
function headerText({ headers }: PathMeasured, name: string): string {
  const values = headers[name] ?? [];
  const [value] = values;
  if (value === undefined) return "absent";
  if (values.length > 1) return values.includes("") ? "in some answers" : "differs from answer to answer";
  return name === "vary" ? listText(value) : value;
}

/** A list whose order and case mean nothing. */
const listText = (value: string): string => [...new Set(value.toLowerCase().split(/\s*,\s*/))].sort().join(", ");

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([reason, count]) => `${count} × ${reason}`)
    .join(", ") || "none";

const latencyText = ({ p50, p95 }: PathMeasured): string => `p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms`;
