import { Resolver } from "node:dns/promises";
import { challengeNameOf } from "../../model/certificates";
import { positionOf } from "../../model/cutover/position";
import { isZoned } from "../../model/cutover/records";
import type { RecordSet } from "../../model/cutover/route53";
import type { AdoptedName, Component } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
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
import { awsHealth } from "./measure/aws-health";
import type { Side } from "./measure/pinned-request";
import { gatewayOf } from "./measure/prometheus";
import { requestsLeft } from "./measure/requests-left";
import { measureSide, type SideMeasured } from "./measure/side";
import { compare } from "./measure/side-by-side";
import { twinVerdicts } from "./measure/twin-verdicts";
import { measureTwins } from "./measure/twins";
import { cutoverRoleOf } from "./target";
import { Route53 } from "./zone";

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
        return errorsJudged(await this.gateway(application), await this.health(names));
      case "latency":
        return latencyJudged(await this.gateway(application), await this.health(names));
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

  private async zone(component: Component): Promise<Measured> {
    const names = component.names ?? [];
    if (names.length === 0) return allJudged([]);
    if (this.environment.dns.via === "other") return this.challenges(names);
    const route53 = new Route53(cutoverRoleOf(this.environment));
    const zones = [...new Set(names.filter(isZoned).map(({ zone }) => zone.id))];
    const records = new Map<string, readonly RecordSet[]>();
    try {
      for (const zone of zones) records.set(zone, await route53.records(zone));
    } catch (error) {
      // A login is no condition for looking; without one a person answers.
      if (error instanceof UserError) return unknown(error.message.split("\n")[0] ?? "");
      throw error;
    }
    const [difference, ...more] = differencesFrom(names, positionOf(component), records);
    if (difference === undefined) return good("Route 53 has what the file says");
    return bad(`${difference.text}${more.length > 0 ? `, and ${more.length} more` : ""}`);
  }

  /** With DNS elsewhere: whether every challenge leads to where certificates are proven. */
  private async challenges(names: readonly AdoptedName[]): Promise<Measured> {
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    if (this.options.resolver) resolver.setServers(this.options.resolver);
    const wrong: string[] = [];
    for (const { host } of names) {
      const wanted = challengeNameOf(host, this.environment);
      const [found] = await resolver.resolveCname(`_acme-challenge.${host}`).catch(() => []);
      if (found?.toLowerCase() !== wanted)
        wrong.push(`_acme-challenge.${host} must be a CNAME to ${wanted}, is ${found ?? "nothing"}`);
    }
    return wrong.length === 0 ? good("every _acme-challenge leads to our zone") : bad(wrong.join("; "));
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

  private gateway(application: string) {
    return gatewayOf(this.environment, { application, minutes: PAST });
  }

  private async twins(names: readonly AdoptedName[]): Promise<Measured | undefined> {
    const [first] = names;
    if (first === undefined) return undefined;
    const [aws, azure] = GateMeasurer.sidesOf(first);
    return twinsJudged(twinVerdicts(await measureTwins(first.host, aws, azure)));
  }

  private health(names: readonly AdoptedName[]) {
    const [name] = names;
    const [{ at: target }] = name ? GateMeasurer.sidesOf(name) : [{ at: "" }];
    const { now } = this.options;
    return awsHealth({ host: name?.host ?? "", target, region: this.environment.aws.region }, { minutes: PAST, now });
  }

  private async left(names: readonly AdoptedName[]): Promise<Measured> {
    const states: Measured[] = [];
    for (const name of names) {
      const [{ at: target }] = GateMeasurer.sidesOf(name);
      const wanted = { host: name.host, target, region: this.environment.aws.region };
      states.push(requestsJudged(name.host, await requestsLeft(wanted, { minutes: DAY, now: this.options.now })));
    }
    return allJudged(states);
  }
}
