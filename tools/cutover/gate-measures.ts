import { challengeNameOf } from "../../model/certificates";
import { positionOf } from "../../model/cutover/position";
import type { AdoptedName, Component } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import type { Measured } from "./gate-answers";
import {
  allJudged,
  bad,
  certificateJudged,
  errorsJudged,
  good,
  latencyJudged,
  requestsJudged,
  sidesJudged,
  twinsJudged,
  unknown,
} from "./judgement";
import { differencesFrom } from "./live";
import { type Live, liveRecords, recordsIn } from "./live-records";
import { awsHealth } from "./measure/aws-health";
import { cnameOf } from "./measure/dns-records";
import { isMeasured } from "./measure/not-measured";
import type { Side } from "./measure/pinned-request";
import { gatewayOf } from "./measure/prometheus";
import { requestsLeft } from "./measure/requests-left";
import { measureSide, type SideMeasured } from "./measure/side";
import { compare } from "./measure/side-by-side";
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
        return errorsJudged(await this.behindGateway(application), await this.health(names));
      case "latency":
        return latencyJudged(await this.behindGateway(application), await this.health(names));
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
    if (names.length === 0) return allJudged([]);
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
      if (!isMeasured(found)) return unknown(found.notMeasured);
      const is = `_acme-challenge.${host} leads to ${found ?? "nothing"}`;
      return found === wanted ? good(is) : bad(`${is}, and must be a CNAME to ${wanted}`);
    });
    return allJudged(await Promise.all(states));
  }

  private async certificates(names: readonly AdoptedName[]): Promise<Measured> {
    const found = await Promise.all(names.map(async (name) => ({ name, sides: await this.bothSides(name) })));
    return allJudged(
      found.flatMap(({ name, sides }) =>
        sides.map(({ certificate, side }) => certificateJudged(name.host, side.name, certificate)),
      ),
    );
  }

  private async sideBySide(names: readonly AdoptedName[]): Promise<Measured> {
    const states: Measured[] = [];
    for (const name of names) states.push(sidesJudged(name.host, compare(...(await this.bothSides(name)))));
    return allJudged(states);
  }

  private async twins(names: readonly AdoptedName[]): Promise<Measured | undefined> {
    const verdicts = await this.twinVerdicts(names);
    return verdicts.length === 0 ? undefined : twinsJudged(verdicts);
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
      return requestsJudged(name.host, await requestsLeft(wanted, { minutes: DAY, now: this.options.now }));
    });
    return allJudged(await Promise.all(states));
  }
}
