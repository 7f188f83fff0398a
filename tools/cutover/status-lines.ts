import { weightsOf } from "../../model/cutover/stages";
import type { ServerAnswers } from "./measure/dns";
import { isMeasured } from "./measure/not-measured";
import type { SideMeasured } from "./measure/side";
import type { Verdict } from "./measure/twin-verdicts";
import type { NameStanding, Standing } from "./standing";

/** What is known of one application, for people. */
export function linesOf(standing: Standing): string[] {
  const { application, gates, isWeighted, names, nextPlace, percent, place, since, twins } = standing;
  return [
    `${application}: ${place}${since === null ? "" : ` since ${since}`}`,
    ...names.flatMap(nameLines),
    ...(isWeighted ? [`  expected: Azure in ${expected(percent)} of the answers of each server`] : []),
    ...twins.map((verdict) => `  twins: ${verdictText(verdict)}`),
    ...(nextPlace === null ? [] : [`  next: ${nextPlace}`]),
    ...gates.map(({ gate, isGood, text }) => `    ${wordOf(isGood)}  ${gate}: ${text}`),
  ];
}

function nameLines({ comparison, host, records, resolvers, servers, sides }: NameStanding): string[] {
  return [
    `  ${host}`,
    ...records.map((record) => `    record    ${record}`),
    ...serverLines(servers),
    ...resolvers.map((one) => `    resolver  ${answersText(one)}`),
    ...sides.flatMap((side) => sideLines(side).map((line) => `    ${side.side.name.padEnd(8)}  ${line}`)),
    ...comparison.differences.map(
      ({ aws, azure, path, what }) => `    differs   ${path} ${what}: AWS ${aws}, Azure ${azure}`,
    ),
  ];
}

/** What holds for all of them, such as a port that is shut, is said once. */
function serverLines(servers: readonly ServerAnswers[]): string[] {
  const [first, ...more] = servers;
  if (first !== undefined && more.length > 0 && servers.every(({ A }) => !isMeasured(A)))
    return [`    server    none of the ${servers.length}: ${answersText(first)}`];
  return servers.map((one) => `    server    ${answersText(one)}`);
}

function sideLines({ certificate, paths, side }: SideMeasured): string[] {
  if (!isMeasured(certificate)) return [`not measured: ${certificate.notMeasured}`];
  const { daysLeft, issuer, refusedBecause } = certificate;
  return [
    `${side.at}, certificate ${refusedBecause ?? `good for ${daysLeft} days`}, ${issuer}`,
    ...paths.map((path) =>
      "statuses" in path
        ? `${path.path}: ${countsText(path.statuses)}, p50 ${Math.round(path.p50)} ms, p95 ${Math.round(path.p95)} ms${failuresText(path.failures)}`
        : `${path.path}: not measured: ${path.notMeasured}`,
    ),
  ];
}

const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([what, count]) => `${what} × ${count}`)
    .join(", ");

const failuresText = (failures: Readonly<Record<string, number>>): string =>
  Object.keys(failures).length === 0 ? "" : `, failed: ${countsText(failures)}`;

const wordOf = (isGood: boolean | null): string => (isGood === null ? "open" : isGood ? "good" : "bad ");

/** What an authoritative server shares out; a resolver keeps one answer for the TTL. */
const expected = (percent: number): string => `${((weightsOf(percent).azure / 255) * 100).toFixed(1)} %`;

const verdictText = (verdict: Verdict): string =>
  "notMeasured" in verdict
    ? `${verdict.what}: not measured: ${verdict.notMeasured}`
    : `${verdict.what}: ${verdict.passes ? "good" : "not good"}: ${verdict.why}`;

function answersText({ A, server }: ServerAnswers): string {
  if (!isMeasured(A)) return `not measured: ${A.notMeasured}`;
  const replies = Object.entries(A.replies).map(([address, count]) => `${address} × ${count}`);
  const share = A.azureShare === undefined ? "" : `, Azure in ${Math.round(A.azureShare * 100)} %`;
  return `${server}: ${replies.join(", ") || "nothing"}${share}${A.ttl ? `, TTL ${A.ttl.highest}` : ""}`;
}
