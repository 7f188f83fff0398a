import { CUTOVER } from "../../environments/all";
import { Cutovers } from "../../model/cutover/files";
import { gatesOf } from "../../model/cutover/gates";
import type { Position } from "../../model/cutover/position";
import { route53Warnings } from "../../model/cutover/route53";
import type { AdoptedName, Component } from "../../model/cutover/schema";
import { isWeighted } from "../../model/cutover/stages";
import { type Place, placeText } from "../../model/cutover/transitions";
import type { Environment } from "../../model/environment";
import { answer, complain, say } from "../output";
import { recordsByHand } from "./by-hand";
import { LEADING } from "./finding";
import { GateMeasurer, type MeasureOptions } from "./gate-measures";
import { differencesFrom, inWords } from "./live";
import { type Live, nameServersOf, recordsIn, serversAbove } from "./live-records";
import { askAuthoritative, askResolvers, type Question, type ServerAnswers } from "./measure/dns";
import { isMeasured } from "./measure/not-measured";
import type { DnsOptions } from "./measure/resolver";
import { compare } from "./measure/side-by-side";
import { proposed } from "./next-place";
import type { NameStanding, Standing } from "./standing";
import { linesOf } from "./status-lines";
import { azureLabelOf, type Target } from "./target";

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
  const all = await Promise.all(
    applications.map((application) =>
      standingOf(environment, application, cutover.component(application), cutover.positionOf(application), options),
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
    since: last?.since ?? null,
  };
  if (component === undefined || last === undefined)
    return { ...base, differences: [], names: [], twins: [], gates: [], nextPlace: "adopt" };
  const measurer = new GateMeasurer(environment, { ...options, now: new Date() });
  const kind = environment.applications.find(({ name }) => name === application);
  const place: Place | undefined = proposed(component.steps);
  const gates = place ? gatesOf({ from: kind?.from ?? "nowhere" }, last, place) : [];
  // All at once: whoever is silent is waited for, and not one after the other.
  const asked = measurer.live(names);
  const around = { at, azureLabel: azureLabelOf(environment), live: asked, measurer, options };
  const [live, standings, twins, measured] = await Promise.all([
    asked,
    Promise.all(names.map((name) => nameStanding(name, around))),
    kind?.from === "amplify" && at.isPrepared ? measurer.twinVerdicts(names) : [],
    Promise.all(
      gates.map(async ({ name }) => ({ gate: name, ...(await measurer.measure(name, application, component)) })),
    ),
  ]);
  return {
    ...base,
    differences: differencesIn(names, at, live),
    names: standings,
    twins,
    gates: measured.flatMap(({ gate, isGood, text }) =>
      text === undefined ? [] : [{ gate, text, isGood: isGood ?? null }],
    ),
    nextPlace: place ? placeText(place) : null,
  };
}

/** What Route 53 has otherwise than the file, and what nobody can have meant, such as weights that are all 0. */
function differencesIn(names: readonly AdoptedName[], at: Position, live: Live): string[] {
  if (!isMeasured(live) || at.isGivenUp) return [];
  const records = recordsIn(live);
  const own = [...records.values()].flat().filter(({ Name }) => names.some(({ host }) => host === Name));
  const warnings = route53Warnings(
    own,
    own.map((set) => ({ Action: "UPSERT", ResourceRecordSet: set })),
  );
  return [...differencesFrom(names, at, records).map(({ text }) => text), ...warnings];
}

interface Around {
  readonly at: Position;
  readonly azureLabel: string;
  readonly live: Promise<Live>;
  readonly measurer: GateMeasurer;
  readonly options: Omit<StatusOptions, "json">;
}

async function nameStanding(name: AdoptedName, around: Around): Promise<NameStanding> {
  const {
    live,
    measurer,
    options: { resolver },
  } = around;
  const { azure, host } = name;
  const question = { host, azure: [...azure.A, ...(azure.AAAA ?? [])] };
  const dns = resolver ? { resolvers: resolver } : {};
  const [records, servers, resolvers, [onAws, onAzure]] = await Promise.all([
    recordLines(name, around),
    serverAnswers(name, question, live, dns),
    askResolvers(question, resolver ? [] : PUBLIC_RESOLVERS, dns),
    measurer.bothSides(name),
  ]);
  return { host, records, servers, resolvers, sides: [onAws, onAzure], comparison: compare(onAws, onAzure) };
}

async function recordLines(name: AdoptedName, { at, azureLabel, live: asked }: Around): Promise<string[]> {
  const { host, zone } = name;
  if (zone === undefined) return recordsByHand(name, at, azureLabel);
  const live = await asked;
  if (!isMeasured(live)) return [`not measured: ${live.notMeasured}`];
  const sets = live.get(zone.id)?.records.filter((set) => set.Name === host) ?? [];
  return sets.filter(({ Type }) => LEADING.includes(Type)).map(inWords);
}

async function serverAnswers(
  { host, zone }: AdoptedName,
  question: Question,
  asked: Promise<Live>,
  dns: DnsOptions,
): Promise<ServerAnswers[]> {
  const servers = zone ? await nameServersOf(zone, await asked, dns) : await serversAbove(host, dns);
  if (isMeasured(servers)) return askAuthoritative(question, servers, dns);
  return [{ server: `those of ${zone?.name ?? host}`, A: servers, AAAA: servers }];
}
