import { deliveryOf, releasesOfFlux } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { releaseOfStack } from "../../model/handed-over";
import { CLUSTER_NAMES, namesOf, stackName } from "../../model/naming";
import { printable } from "../../model/printable";
import {
  type AskFlux,
  type FluxObjectStatus,
  type FluxState,
  fluxConfigurationId,
  fluxStateOf,
} from "../azure/flux-state";
import { environmentOf, type SynthesizedStack, subscriptionOf } from "../program/stacks";
import { type Evaluation, shownAs } from "./evaluation";

type Stack = Pick<SynthesizedStack, "id" | "json" | "settings">;

interface FluxContext {
  /** @default Azure, with whatever login is there */
  readonly ask?: AskFlux;
  readonly now?: Date;
}

/** In hours: after which what Flux told is of another day, and says nothing of this one. It tells every few minutes. */
const OLDEST_HOURS = 24;
/** In characters, of a condition's message: a chart's error can be as long as the chart. */
const LONGEST_MESSAGE = 1_000;

/**
 * What Flux says of what it delivers of a stack: of a release that is its own, or, of `<env>-gitops`, of where it reads.
 * @returns undefined for a stack that Flux has nothing to do with
 */
export async function evaluateFlux(
  stack: Stack,
  { ask = fluxStateOf, now = new Date() }: FluxContext = {},
): Promise<Evaluation | undefined> {
  const environment = environmentOf(stack);
  const part = environment && partOf(environment, stack.id);
  if (environment === undefined || part === undefined) return undefined;
  const answer = await ask(configurationOf(stack, environment));
  if (answer.is === "absent") return reliesOnFlux(stack) ? gone(environment, part) : { is: "not deployed yet" };
  // A night on which Flux could not be asked is none on which all was well.
  if (answer.is === "unknown") return { is: "failed", why: `what Flux says was not to be had: ${answer.why}` };
  const stale = whyStale(answer.state, now);
  if (stale !== undefined) return silent(stale, part);
  return judge(part.is === "source" ? ofSource(answer.state) : ofRelease(answer.state, part.release), part);
}

/** Whether nobody delivers something when there is no Flux: of a stack that is Flux's release, or of where it reads any. */
export function reliesOnFlux(stack: Pick<Stack, "id" | "settings">): boolean {
  const environment = environmentOf(stack);
  const part = environment && partOf(environment, stack.id);
  if (environment === undefined || part === undefined) return false;
  return part.is === "release" || releasesOfFlux(environment).length > 0;
}

/** @throws UserError when nothing says which subscription the stack is in */
export function configurationOf(stack: Stack, environment: Environment): string {
  const { cluster, resourceGroup } = namesOf(environment);
  const group = `/subscriptions/${subscriptionOf(stack)}/resourceGroups/${resourceGroup}`;
  const id = `${group}/providers/Microsoft.ContainerService/managedClusters/${cluster}`;
  return fluxConfigurationId(id, CLUSTER_NAMES.gitOpsConfiguration);
}

type Part = { readonly is: "source" } | { readonly is: "release"; readonly release: string };

function partOf(environment: Environment, stack: string): Part | undefined {
  if (environment.gitOps.via === "none") return undefined;
  if (stack === stackName(environment.name, "gitops")) return { is: "source" };
  const release = releaseOfStack(environment, stack);
  return release !== undefined && deliveryOf(environment, release) === "flux" ? { is: "release", release } : undefined;
}

/** Alerts come from Flux's own warnings, so of one that is not there nothing else tells. */
function gone(environment: Environment, part: Part): Evaluation {
  const whom = part.is === "source" ? releasesOfFlux(environment).join(", ") : part.release;
  const why = `Flux has no configuration ${CONFIGURATION}, so nobody delivers ${whom}`;
  return drifted(part, [why, `next: npx mmrv deploy ${stackName(environment.name, "gitops")}`], why);
}

/** One issue for all: that of where Flux reads. Each release has failed beside it, because nobody knows what runs of it. */
const silent = (why: string, part: Part): Evaluation =>
  part.is === "release"
    ? { is: "failed", why }
    : drifted(part, [why, "next: docs/runbooks/flux-source.md, It says nothing at all"], why);

function whyStale({ statusUpdatedAt }: FluxState, now: Date): string | undefined {
  const told = Date.parse(statusUpdatedAt ?? "");
  if (Number.isNaN(told)) return "Flux has told Azure nothing yet";
  if (now.getTime() - told <= OLDEST_HOURS * 3_600_000) return undefined;
  return `Flux last told Azure at ${new Date(told).toISOString()}, so nobody knows what it says today: is the cluster stopped, or its way to management.azure.com closed?`;
}

/** The objects that a part of the configuration consists of; those that are missing by their names. */
interface Objects {
  readonly found: readonly FluxObjectStatus[];
  readonly missing: readonly string[];
  /** What Azure itself says of the configuration. */
  readonly error?: string;
}

const { gitOpsConfiguration: CONFIGURATION, gitOpsNamespace: NAMESPACE } = CLUSTER_NAMES;

function objectsOf({ statuses }: FluxState, wanted: readonly (readonly [kind: string, name: string])[]): Objects {
  const all = wanted.map(([kind, name]) => ({
    found: (statuses ?? []).find((status) => status.kind === kind && status.name === name),
    title: `${kind} ${NAMESPACE}/${name}`,
  }));
  return {
    found: all.flatMap(({ found }) => found ?? []),
    missing: all.flatMap(({ found, title }) => (found ? [] : [title])),
  };
}

/** Azure calls the source as the configuration, and each Kustomization <configuration>-<release>. */
const ofSource = (state: FluxState): Objects => ({
  ...objectsOf(state, [["GitRepository", CONFIGURATION]]),
  error: state.errorMessage || undefined,
});
const ofRelease = (state: FluxState, release: string): Objects =>
  objectsOf(state, [
    ["Kustomization", `${CONFIGURATION}-${release}`],
    ["HelmRelease", release],
  ]);

function judge({ error, found, missing }: Objects, part: Part): Evaluation {
  const wrong = found.filter(({ complianceState }) => WRONG.includes(complianceState));
  const lines = [
    ...(error === undefined ? [] : [`the configuration: ${cut(error)}`]),
    ...missing.map((title) => `${title}: Flux says nothing of it, so it is not there`),
    ...wrong.flatMap(linesOf),
  ];
  if (lines.length > 0) return drifted(part, lines, summaryOf(lines));
  const open = found.filter(({ complianceState }) => complianceState !== "Compliant");
  if (open.length === 0) return { is: "clean" };
  const states = open.map(({ complianceState, ...status }) => `${titleOf(status)} is ${printable(complianceState)}`);
  return { is: "not judged", why: `Flux is not done: ${states.join(", ")}` };
}

function drifted(part: Part, lines: readonly string[], summary: string): Evaluation {
  const what = part.is === "source" ? "what Flux reads from" : `Flux's release of ${part.release}`;
  return { is: "drifted", summary: `${what}: ${summary}`, shown: shownAs(`${lines.join("\n")}\n`), by: "flux" };
}

/** Azure's words for what is wrong, or stands still: nobody suspends what Flux is to deliver but by hand. */
const WRONG: readonly string[] = ["Non-Compliant", "Suspended"];

const summaryOf = ([first = "", ...more]: readonly string[]) =>
  more.length === 0 ? first : `${first}, and ${more.length} more`;

const titleOf = ({ kind, name, namespace }: Pick<FluxObjectStatus, "kind" | "name" | "namespace">) =>
  printable(`${kind} ${namespace ?? NAMESPACE}/${name}`);

/** What is wrong with an object: each condition that says so, in Flux's words; of one that says nothing, its state. */
function linesOf(status: FluxObjectStatus): string[] {
  const { complianceState, statusConditions } = status;
  const title = `${titleOf(status)}: ${printable(complianceState)}`;
  const told = (statusConditions ?? []).filter(({ status: holds, type }) =>
    type === AT_WORK ? false : holds === (SAYS_WELL.includes(type) ? "False" : "True"),
  );
  if (complianceState === "Suspended" || told.length === 0) return [title];
  return told.map(
    ({ message, reason, type }) => `${title}, ${printable(`${type} ${reason ?? ""}`)}: ${cut(message ?? "")}`,
  );
}

/** The conditions that are good when they hold; the others, such as Stalled, are bad (fluxcd/pkg, apis/meta/conditions.go). */
const SAYS_WELL: readonly string[] = [
  "Ready",
  "Healthy",
  "Released",
  "TestSuccess",
  "ArtifactInStorage",
  "SourceVerified",
];

/** Says neither. */
const AT_WORK = "Reconciling";

function cut(message: string): string {
  const line = printable(message.trim());
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}
