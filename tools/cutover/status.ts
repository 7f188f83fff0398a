import { CUTOVER } from "../../environments/all";
import { Cutovers } from "../../model/cutover/files";
import { gatesOf } from "../../model/cutover/gates";
import type { Position } from "../../model/cutover/position";
import { isZoned } from "../../model/cutover/records";
import type { RecordSet } from "../../model/cutover/route53";
import type { AdoptedName, Component } from "../../model/cutover/schema";
import { isWeighted } from "../../model/cutover/stages";
import { type Place, placeText } from "../../model/cutover/transitions";
import type { Environment } from "../../model/environment";
import { answer, complain, say } from "../output";
import { recordsByHand } from "./by-hand";
import { GateMeasurer, type MeasureOptions } from "./gate-measures";
import { differencesFrom, inWords } from "./live";
import { askAuthoritative, askResolvers } from "./measure/dns";
import { isMeasured, type NotMeasured } from "./measure/not-measured";
import { compare } from "./measure/side-by-side";
import { twinVerdicts, type Verdict } from "./measure/twin-verdicts";
import { measureTwins } from "./measure/twins";
import { proposed } from "./next-place";
import type { NameStanding, Standing } from "./standing";
import { linesOf } from "./status-lines";
import { azureLabelOf, cutoverRoleOf, type Target } from "./target";
import { Route53 } from "./zone";

export interface StatusOptions extends Omit<MeasureOptions, "now"> {
  readonly json?: boolean;
}

/** Public resolvers that are asked beside the system's: Cloudflare, Google, Quad9. */
const PUBLIC_RESOLVERS = ["1.1.1.1", "8.8.8.8", "9.9.9.9"];

/** `mmrv cutover status`. @returns 1 when Route 53 has something else than the file says */
export async function status(
  { applications, environment }: Target,
  { json = false, ...options }: StatusOptions,
): Promise<number> {
  const cutover = new Cutovers(CUTOVER).of(environment);
  const all: Standing[] = [];
  for (const application of applications)
    all.push(
      await standingOf(
        environment,
        application,
        cutover.component(application),
        cutover.positionOf(application),
        options,
      ),
    );
  answer(json, { environment: environment.name, applications: all }, () => {
    for (const standing of all) {
      for (const line of linesOf(standing)) say(line);
      for (const line of standing.differences) complain(`  differs: ${line}`);
    }
  });
  return all.some(({ differences }) => differences.length > 0) ? 1 : 0;
}

async function standingOf(
  environment: Environment,
  application: string,
  component: Component | undefined,
  at: Position,
  options: Omit<StatusOptions, "json">,
): Promise<Standing> {
  const last = component?.steps.at(-1);
  const names = component?.names ?? [];
  const base = {
    application,
    place: placeText(last ?? { stage: "off" }),
    percent: at.percent,
    isWeighted: isWeighted(at.stage),
    ...(last && { since: last.since }),
  };
  if (component === undefined || last === undefined)
    return { ...base, differences: [], names: [], twins: [], gates: [], nextPlace: "adopt" };
  const measurer = new GateMeasurer(environment, { ...options, now: new Date() });
  const live = await liveRecords(environment, names);
  const kind = environment.applications.find(({ name }) => name === application);
  const place: Place | undefined = proposed(component.steps);
  const gates = [];
  for (const { name: gate } of place ? gatesOf({ from: kind?.from ?? "nowhere" }, last, place) : []) {
    const measured = await measurer.measure(gate, application, component);
    if (measured)
      gates.push({ gate, text: measured.text, ...(measured.isGood !== undefined && { isGood: measured.isGood }) });
  }
  return {
    ...base,
    differences: differencesIn(names, at, live),
    names: await Promise.all(names.map((name) => nameStanding(environment, name, { at, live, measurer, options }))),
    twins: kind?.from === "amplify" && at.isPrepared ? await twinsOf(names) : [],
    gates,
    ...(place && { nextPlace: placeText(place) }),
  };
}

type Live = ReadonlyMap<string, readonly RecordSet[]> | NotMeasured;

/** A login is no condition for looking: name servers and both sides answer everybody. */
async function liveRecords(environment: Environment, names: readonly AdoptedName[]): Promise<Live> {
  const route53 = new Route53(cutoverRoleOf(environment));
  const records = new Map<string, readonly RecordSet[]>();
  try {
    for (const zone of new Set(names.filter(isZoned).map((name) => name.zone.id)))
      records.set(zone, await route53.records(zone));
    return records;
  } catch (error) {
    return { notMeasured: (error as Error).message.split("\n")[0] ?? "" };
  }
}

const differencesIn = (names: readonly AdoptedName[], at: Position, live: Live): string[] =>
  !isMeasured(live) || at.isGivenUp ? [] : differencesFrom(names, at, live).map(({ text }) => text);

interface Around {
  readonly at: Position;
  readonly live: Live;
  readonly measurer: GateMeasurer;
  readonly options: Omit<StatusOptions, "json">;
}

async function nameStanding(
  environment: Environment,
  name: AdoptedName,
  { at, live, measurer, options: { resolver } }: Around,
): Promise<NameStanding> {
  const { azure, host, zone } = name;
  const question = { host, azure: [...azure.A, ...(azure.AAAA ?? [])] };
  const dns = resolver ? { resolvers: resolver } : {};
  const servers = zone ? await nameServers(environment, zone.id) : [];
  const [onAws, onAzure] = await measurer.bothSides(name);
  const sets = zone && isMeasured(live) ? (live.get(zone.id) ?? []).filter((set) => set.Name === host) : [];
  return {
    host,
    records: zone
      ? isMeasured(live)
        ? sets.filter(({ Type }) => ["A", "AAAA", "CNAME"].includes(Type)).map(inWords)
        : [`not measured: ${live.notMeasured}`]
      : recordsByHand(name, at, azureLabelOf(environment)),
    servers: await askAuthoritative(question, servers, dns),
    resolvers: await askResolvers(question, resolver ? [] : PUBLIC_RESOLVERS, dns),
    sides: [onAws, onAzure],
    comparison: compare(onAws, onAzure),
  };
}

async function nameServers(environment: Environment, zone: string): Promise<readonly string[]> {
  return (await new Route53(cutoverRoleOf(environment)).zone(zone).catch(() => undefined))?.nameServers ?? [];
}

async function twinsOf(names: readonly AdoptedName[]): Promise<Verdict[]> {
  const [first] = names;
  if (first === undefined) return [];
  const [aws, azure] = GateMeasurer.sidesOf(first);
  return twinVerdicts(await measureTwins(first.host, aws, azure));
}
