import type { Measured } from "./gate-answers";
import type { AwsHealth } from "./measure/aws-health";
import type { Certificate } from "./measure/certificate";
import { isMeasured, type NotMeasured } from "./measure/not-measured";
import type { GatewayMeasured } from "./measure/prometheus";
import type { RequestsLeft } from "./measure/requests-left";
import { type Comparison, SLOWEST_RATIO } from "./measure/side-by-side";
import type { Verdict } from "./measure/twin-verdicts";

/** How long a certificate of ours must last, in days: cert-manager renews 30 before its end, and an alert says so at 21. */
const DAYS_LEFT = 21;
/** How much more may fail on Azure than on AWS: a tenth of a percent. */
const MORE_FAILURES = 0.001;
/** At which our own alerts go off, where AWS has no number to compare with: constructs/observability/web-alerts.ts. */
const [TOO_MANY, TOO_SLOW_MS] = [0.05, 1000];

export const good = (text: string): Measured => ({ text, isGood: true });
export const bad = (text: string): Measured => ({ text, isGood: false });
export const unknown = (why: string): Measured => ({ text: `not measured: ${why}`, isGood: undefined });
const judged = (text: string, isGood: boolean): Measured => ({ text, isGood });

/** Whether Azure fails no more requests than AWS does, by a tenth of a percent. */
export function errorsJudged(azure: GatewayMeasured | NotMeasured, aws: AwsHealth | NotMeasured): Measured {
  if (!isMeasured(azure)) return unknown(azure.notMeasured);
  const { failedShare, minutes, requestsPerSecond } = azure;
  const ours = `Azure ${percent(failedShare)} of ${requestsPerSecond.toFixed(1)} requests/s in ${minutes} min`;
  if (failedShare > TOO_MANY) return bad(`${ours}: more than ${percent(TOO_MANY)} is not good whatever AWS has`);
  if (!isMeasured(aws)) return unknown(`${ours}; AWS: ${aws.notMeasured}`);
  return judged(`${ours}, AWS ${percent(aws.failedShare)}`, failedShare <= aws.failedShare + MORE_FAILURES);
}

/** Whether Azure's 95th percentile is no more than 1.2 times that of AWS. */
export function latencyJudged(azure: GatewayMeasured | NotMeasured, aws: AwsHealth | NotMeasured): Measured {
  if (!isMeasured(azure)) return unknown(azure.notMeasured);
  const { minutes, p95Milliseconds } = azure;
  const ours = `p95 on Azure ${Math.round(p95Milliseconds)} ms in ${minutes} min`;
  if (!isMeasured(aws)) {
    const text = `${ours}; AWS: ${aws.notMeasured}`;
    return p95Milliseconds > TOO_SLOW_MS ? bad(`${text}; over ${TOO_SLOW_MS} ms is not good by itself`) : unknown(text);
  }
  return judged(
    `${ours}, on AWS ${Math.round(aws.p95Milliseconds)} ms`,
    p95Milliseconds <= aws.p95Milliseconds * SLOWEST_RATIO,
  );
}

/** Whether nobody asks AWS any more. */
export function requestsJudged(host: string, left: RequestsLeft | NotMeasured): Measured {
  if (!isMeasured(left)) return unknown(`${host}: ${left.notMeasured}`);
  const last = left.last === undefined ? "" : `, the last at ${left.last}`;
  return judged(`${left.requests} requests in ${left.minutes} min at ${left.of}${last}`, left.requests === 0);
}

/** Whether a client takes the certificate of a side, and ours lasts long enough to be renewed. */
export function certificateJudged(
  host: string,
  side: "aws" | "azure",
  certificate: Certificate | NotMeasured,
): Measured {
  if (!isMeasured(certificate)) return unknown(certificate.notMeasured);
  const { daysLeft, issuer, refusedBecause } = certificate;
  const isGood = refusedBecause === undefined && daysLeft >= (side === "azure" ? DAYS_LEFT : 1);
  return judged(`${host} on ${side}: ${refusedBecause ?? `${daysLeft} days left`}, ${issuer}`, isGood);
}

/** Whether both sides of a name answer the same; what differs counts, even where another path was not measured. */
export function sidesJudged(host: string, { differences, notMeasured }: Comparison): Measured {
  const said = differences.map(({ aws, azure, path, what }) => `${path} ${what}: AWS ${aws}, Azure ${azure}`);
  if (said.length > 0) return bad(`${host}: ${said.join("; ")}`);
  const [missing] = notMeasured;
  return missing === undefined ? good(`${host}: the same on both`) : unknown(`${host}: ${missing.notMeasured}`);
}

/** Whether both frontends are one build, as far as that is seen from outside: a key that a server is told at run time is not. */
export function twinsJudged(verdicts: readonly Verdict[]): Measured {
  const said = (verdict: Verdict) =>
    `${verdict.what}: ${"passes" in verdict ? verdict.why : unknown(verdict.notMeasured).text}`;
  const failed = verdicts.filter((verdict) => "passes" in verdict && !verdict.passes);
  if (failed.length > 0) return bad(failed.map(said).join("; "));
  return { text: verdicts.map(said).join("; "), isGood: undefined };
}

/** Several in one: good when all are, bad when one is. */
export function allJudged(states: readonly Measured[]): Measured {
  if (states.length === 0) return unknown("it has no name yet");
  const text = [...new Set(states.map((state) => state.text))].join("; ");
  if (states.some(({ isGood }) => isGood === false)) return bad(text);
  return { text, isGood: states.every(({ isGood }) => isGood) ? true : undefined };
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
