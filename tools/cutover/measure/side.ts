import { Agent } from "node:https";
import pLimit from "p-limit";
import { flat } from "../../flat";
import { type Certificate, certificateOf } from "./certificate";
import { countsOf } from "./counts";
import { isMeasured, type NotMeasured, notMeasured } from "./not-measured";
import { type Answer, type Failure, get, isSilence, type Side, TIMEOUT } from "./pinned-request";

/** What many requests for one path got from one side. */
export interface PathMeasured {
  readonly path: string;
  /** How many answers had which status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Every value that a header had in an answer, by lower-case name; absent ones as "". Of set-cookie names and attributes, never a value. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Of those that were answered, in milliseconds, without connecting. */
  readonly p50: number;
  readonly p95: number;
  /** Requests without an answer, by reason. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface SideMeasured {
  readonly side: Side;
  readonly certificate: Certificate | NotMeasured;
  readonly paths: readonly (PathMeasured | ({ readonly path: string } & NotMeasured))[];
}

export interface SideOptions {
  /** What is asked for with GET, each beginning with a slash. */
  readonly paths: readonly string[];
  /** Requests for each path, at most 100. @default 20 */
  readonly times?: number;
  /** The time, for the days that a certificate has left. */
  readonly now: Date;
  /** How long one request may take, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
}

const MOST = 100;
/** Few enough that a probe is no load, and enough that a slow path does not take minutes. */
const AT_ONCE = 2;
/** A path that gave no answer to so many is not asked for again: each takes as long as one request may. */
const PATIENCE = 2;

/** Certificate, statuses, headers and latency of one side, as whoever it is led to by DNS would see them. */
export async function measureSide(host: string, side: Side, options: SideOptions): Promise<SideMeasured> {
  const { now, paths, times = 20, timeoutMs = TIMEOUT } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    const certificate = await certificateOf(host, side, { now, timeoutMs });
    // Who shows no certificate answers nothing either, and each try would wait for it again.
    if (!isMeasured(certificate)) return { side, certificate, paths: paths.map((path) => ({ path, ...certificate })) };
    const measured: SideMeasured["paths"][number][] = [];
    for (const path of paths) {
      measured.push(
        summary(side, path, await askOften(Math.min(times, MOST), () => get(host, side, path, { agent, timeoutMs }))),
      );
    }
    return { side, certificate, paths: measured };
  } finally {
    agent.destroy();
  }
}

/** Asks so often, and no longer once there was no answer to some. */
async function askOften(times: number, ask: () => Promise<Answer | Failure>): Promise<(Answer | Failure)[]> {
  const limit = pLimit(AT_ONCE);
  const got: (Answer | Failure)[] = [];
  const requests = Array.from({ length: times }, () =>
    limit(async () => {
      if (got.filter(isSilence).length < PATIENCE) got.push(await ask());
    }),
  );
  await Promise.all(requests);
  return got;
}

function summary(side: Side, path: string, got: readonly (Answer | Failure)[]): SideMeasured["paths"][number] {
  const answers = got.filter((one) => "status" in one);
  const failures = countsOf(got.flatMap((one) => ("failed" in one ? [one.failed] : [])));
  if (answers.length === 0)
    return {
      path,
      ...notMeasured(
        `${side.name} at ${side.at} did not answer (${Object.keys(failures).join(", ")}); look at its address, its certificate and who may reach it, then again`,
      ),
    };
  const times = answers.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  return {
    path,
    statuses: countsOf(answers.map(({ status }) => String(status))),
    headers: headersOf(answers),
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    failures,
  };
}

/** The nearest rank; of twenty the 95th percentile is the second slowest. */
const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;

function headersOf(answers: readonly Answer[]): Record<string, string[]> {
  const names = new Set(answers.flatMap(({ headers }) => Object.keys(headers)));
  return Object.fromEntries(
    [...names].sort().map((name) => [name, [...new Set(answers.map(({ headers }) => textOf(name, headers[name])))]]),
  );
}

/** Of a cookie the name and what stands behind its value, which may be a session. */
function textOf(name: string, value: string | string[] | undefined): string {
  if (value === undefined) return "";
  const values = typeof value === "string" ? [value] : value;
  if (name !== "set-cookie") return flat(values.join(", "));
  const cookies = values.map((cookie) => cookie.replace(/=[^;]*/, "=…").replace(/(?<=\bexpires=)[^;]*/i, "…"));
  return flat(cookies.sort().join(", "));
}
