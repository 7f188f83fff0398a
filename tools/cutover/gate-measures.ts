import { challengeNameOf } from "../../model/certificates";
import { positionOf } from "../../model/cutover/position";
import type { AdoptedName, Component } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import type { Measured } from "./gate-answers";
import { differencesFrom } from "./live";
import { type Live, liveRecords, recordsIn } from "./live-records";
import { awsHealth } from "./measure/aws-health";
import { cnameOf } from "./measure/dns-records";
import { isMeasured } from "./measure/not-measured";
import type { Side } from "./measure/pinned-request";
import { gatewayOf } from "./measure/prometheus";
import { requestsLeft } from "./measure/requests-left";
import { measureSide, type SideMeasured } from "./measure/side";
import { compare, SLOWEST_RATIO } from "./measure/side-by-side";
import { twinVerdicts, type Verdict } from "./measure/twin-verdicts";
import { measureTwins } from "./measure/twins";

export interface MeasureOptions {
  readonly now: Date;
  /** What both sides are asked for. @default the first page */
  readonly paths?: readonly string[];
  /** Requests for each path. @default 20 */
  readonly requests?: number;
  readonly resolver?: readonly string[];
}

/** How long a certificate of ours must last: cert-manager renews 30 days before its end, and an alert says so at 21. */
const DAYS_LEFT = 21;
/** How much more may fail on Azure than on AWS: a tenth of a percent. */
const MORE_FAILURES = 0.001;
/** The past that is looked at, in minutes: one step of canary; and for what is left on AWS a day. */
const [PAST, DAY] = [60, 24 * 60];

/** Measures the gates that can be measured, each once for an application. */
export class GateMeasurer {
  private readonly sides = new Map<string, Promise<readonly SideMeasured[]>>();
  private liveRecords: Promise<Live> | undefined;
  private verdicts: Promise<readonly Verdict[]> | undefined;
  private gateway: ReturnType<typeof gatewayOf> | undefined;
  private front: ReturnType<typeof awsHealth> | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly options: MeasureOptions,
  ) {}

  /** Undefined for a gate that is a question. */
  async measure(gate: string, application: string, component: Component): Promise<Measured | undefined> {
    const names = component.names ?? [];
    switch (gate) {
      case "zone":
        return this.zone(component);
      case "certificates":
        return this.certificates(names);
      case "side-by-side":
        return this.sideBySide(names);
      case "errors":
        return this.errors(application, names);
      case "latency":
        return this.latency(application, names);
      case "requests-left":
        return this.left(names);
      case "twins":
        return this.twins(names);
      default:
        return undefined;
    }
  }

  /** Both sides of a name, by address; AWS's by the name that it leads to alone. */
  static sidesOf({ aws, azure }: AdoptedName): readonly [aws: Side, azure: Side] {
    const [first] = aws;
    const at = first?.becomes?.name ?? first?.alias?.name ?? first?.values?.[0] ?? "";
    return [
      { name: "aws", at },
      { name: "azure", at: azure.A[0] ?? "" },
    ];
  }

  /** Certificate, statuses, headers and latency of both sides of a name. */
  async bothSides(name: AdoptedName): Promise<readonly [SideMeasured, SideMeasured]> {
    const { now, paths = ["/"], requests } = this.options;
    const options = { now, paths, ...(requests !== undefined && { times: requests }) };
    const known =
      this.sides.get(name.host) ??
      Promise.all(GateMeasurer.sidesOf(name).map((side) => measureSide(name.host, side, options)));
    this.sides.set(name.host, known);
    return (await known) as [SideMeasured, SideMeasured];
  }

  /** What Route 53 has of the names' zones. */
  live(names: readonly AdoptedName[]): Promise<Live> {
    this.liveRecords ??= liveRecords(this.environment, names);
    return this.liveRecords;
  }

  /** Whether both sides serve one build; of an application from Amplify. */
  async twinVerdicts(names: readonly AdoptedName[]): Promise<readonly Verdict[]> {
    const [first] = names;
    if (first === undefined) return [];
    const [aws, azure] = GateMeasurer.sidesOf(first);
    this.verdicts ??= measureTwins(first.host, aws, azure).then(twinVerdicts);
    return this.verdicts;
  }

  private async zone(component: Component): Promise<Measured> {
    const names = component.names ?? [];
    if (this.environment.dns.via === "other") return this.challenges(names);
    const live = await this.live(names);
    if (!isMeasured(live)) return unknown(live.notMeasured);
    const [difference, ...more] = differencesFrom(names, positionOf(component), recordsIn(live));
    if (difference === undefined) return good("Route 53 has what the file says");
    return bad(`${difference.text}${more.length > 0 ? `, and ${more.length} more` : ""}`);
  }

  /** With DNS elsewhere: whether every challenge leads to where certificates are proven. */
  private async challenges(names: readonly AdoptedName[]): Promise<Measured> {
    const { resolver: resolvers } = this.options;
    const states = names.map(async ({ host }) => {
      const wanted = challengeNameOf(host, this.environment);
      const found = await cnameOf(`_acme-challenge.${host}`, resolvers ? { resolvers } : {});
      if (!isMeasured(found)) return { text: found.notMeasured, isGood: undefined };
      const is = `_acme-challenge.${host} leads to ${found ?? "nothing"}`;
      return found === wanted ? good(is) : bad(`${is}, and must be a CNAME to ${wanted}`);
    });
    return all(await Promise.all(states));
  }

  private async certificates(names: readonly AdoptedName[]): Promise<Measured> {
    const found = await Promise.all(names.map(async (name) => ({ name, sides: await this.bothSides(name) })));
    const states = found.flatMap(({ name, sides }) =>
      sides.map(({ certificate, side }) => {
        const at = `${name.host} on ${side.name}`;
        if (!isMeasured(certificate)) return { text: certificate.notMeasured, isGood: undefined };
        const { daysLeft, issuer, refusedBecause } = certificate;
        const isGood = refusedBecause === undefined && daysLeft >= (side.name === "azure" ? DAYS_LEFT : 1);
        return { text: `${at}: ${refusedBecause ?? `${daysLeft} days left`}, ${issuer}`, isGood };
      }),
    );
    return all(states);
  }

  private async sideBySide(names: readonly AdoptedName[]): Promise<Measured> {
    const states: Measured[] = [];
    for (const name of names) {
      const [aws, azure] = await this.bothSides(name);
      const { differences, notMeasured } = compare(aws, azure);
      const [missing] = notMeasured;
      if (missing !== undefined) states.push({ text: `${name.host}: ${missing.notMeasured}`, isGood: undefined });
      else if (differences.length === 0) states.push(good(`${name.host}: the same on both`));
      else
        states.push(
          bad(
            `${name.host}: ${differences.map(({ aws: one, azure: other, path, what }) => `${path} ${what}: AWS ${one}, Azure ${other}`).join("; ")}`,
          ),
        );
    }
    return all(states);
  }

  private async errors(application: string, names: readonly AdoptedName[]): Promise<Measured> {
    const [azure, aws] = await Promise.all([this.behindGateway(application), this.health(names)]);
    if (!isMeasured(azure)) return unknown(azure.notMeasured);
    const ours = `Azure ${percent(azure.failedShare)} of ${azure.requestsPerSecond.toFixed(1)} requests/s in ${PAST} min`;
    if (!isMeasured(aws)) return unknown(`${ours}; AWS: ${aws.notMeasured}`);
    return judged(`${ours}, AWS ${percent(aws.failedShare)}`, azure.failedShare <= aws.failedShare + MORE_FAILURES);
  }

  private async latency(application: string, names: readonly AdoptedName[]): Promise<Measured> {
    const [azure, aws] = await Promise.all([this.behindGateway(application), this.health(names)]);
    if (!isMeasured(azure)) return unknown(azure.notMeasured);
    const ours = `p95 on Azure ${Math.round(azure.p95Milliseconds)} ms in ${PAST} min`;
    if (!isMeasured(aws)) return unknown(`${ours}; AWS: ${aws.notMeasured}`);
    return judged(
      `${ours}, on AWS ${Math.round(aws.p95Milliseconds)} ms`,
      azure.p95Milliseconds <= aws.p95Milliseconds * SLOWEST_RATIO,
    );
  }

  private async twins(names: readonly AdoptedName[]): Promise<Measured | undefined> {
    const verdicts = await this.twinVerdicts(names);
    return verdicts.length === 0 ? undefined : twinState(verdicts);
  }

  private behindGateway(application: string): ReturnType<typeof gatewayOf> {
    this.gateway ??= gatewayOf(this.environment, { application, minutes: PAST });
    return this.gateway;
  }

  private health(names: readonly AdoptedName[]) {
    const [name] = names;
    const [{ at: target }] = name ? GateMeasurer.sidesOf(name) : [{ at: "" }];
    const { now } = this.options;
    const wanted = { host: name?.host ?? "", target, region: this.environment.aws.region };
    this.front ??= awsHealth(wanted, { minutes: PAST, now });
    return this.front;
  }

  private async left(names: readonly AdoptedName[]): Promise<Measured> {
    const states = names.map(async (name): Promise<Measured> => {
      const [{ at: target }] = GateMeasurer.sidesOf(name);
      const wanted = { host: name.host, target, region: this.environment.aws.region };
      const found = await requestsLeft(wanted, { minutes: DAY, now: this.options.now });
      if (!isMeasured(found)) return { text: `${name.host}: ${found.notMeasured}`, isGood: undefined };
      const last = found.last === undefined ? "" : `, the last at ${found.last}`;
      return judged(`${found.requests} requests in ${found.minutes} min at ${found.of}${last}`, found.requests === 0);
    });
    return all(await Promise.all(states));
  }
}

/** What is seen of it from outside; a person says the rest, because a key at run time is not seen. */
function twinState(verdicts: readonly Verdict[]): Measured {
  const bads = verdicts.filter((verdict) => "passes" in verdict && !verdict.passes);
  const text = (bads.length > 0 ? bads : verdicts)
    .map((verdict) => `${verdict.what}: ${"passes" in verdict ? verdict.why : unknown(verdict.notMeasured).text}`)
    .join("; ");
  return { text, isGood: bads.length > 0 ? false : undefined };
}

const good = (text: string): Measured => ({ text, isGood: true });
const bad = (text: string): Measured => ({ text, isGood: false });
const unknown = (why: string): Measured => ({ text: `not measured: ${why}`, isGood: undefined });
const judged = (text: string, isGood: boolean): Measured => ({ text, isGood });
const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** Several in one: good when all are, bad when one is. */
function all(states: readonly Measured[]): Measured {
  const isGood = states.some((state) => state.isGood === false)
    ? false
    : states.every((state) => state.isGood === true) && states.length > 0
      ? true
      : undefined;
  const text = [
    ...new Set(states.map((state) => (state.isGood === undefined ? unknown(state.text).text : state.text))),
  ];
  return { text: text.join("; "), isGood };
}
