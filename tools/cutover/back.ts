import { BACK, type Batch, backBatches } from "../../model/cutover/batches";
import { positionOf } from "../../model/cutover/position";
import { isZoned } from "../../model/cutover/records";
import { route53Issues } from "../../model/cutover/route53";
import type { AdoptedName, Component } from "../../model/cutover/schema";
import { isWeighted } from "../../model/cutover/stages";
import type { Environment } from "../../model/environment";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { awsLogin } from "../aws/login";
import { say } from "../output";
import { recordsByHand } from "./by-hand";
import { CutoverDocument } from "./document";
import { differencesFrom } from "./live";
import { serversAnswerFrom } from "./servers";
import { azureLabelOf, cutoverRoleOf, type Target } from "./target";
import { Route53 } from "./zone";

export interface BackOptions {
  readonly dryRun?: boolean;
  /** Past Terraform: the change is live at the call. */
  readonly now?: boolean;
  readonly resolver?: readonly string[];
  /** The moment of the step, in ISO 8601. */
  readonly at: string;
}

/** What became of one application. */
export interface Returned {
  readonly application: string;
  /** Where it was. */
  readonly from: string;
  /** sent: this run moved them. there: Route 53 had them at AWS already. file: the file alone says so, until a deployment. */
  readonly moved: "sent" | "there" | "file" | "by hand";
  /** What is left to do, or worth knowing. */
  readonly notes: readonly string[];
}

/**
 * Sends every user back to AWS. With `now` one call for each application and zone, past Terraform; then its servers are asked,
 * and then the file is written: a run that is killed between is finished by running it again.
 * @throws UserError for an application that has no weights, another account, and what Route 53 refuses
 */
export async function back(
  { applications, environment }: Target,
  options: BackOptions,
  tell: Tell = say,
): Promise<Returned[]> {
  const document = await CutoverDocument.open(environment);
  const moved = applications.filter((name) => isWeighted(document.cutover.stageOf(name)));
  const retired = applications.filter((name) => document.cutover.stageOf(name) === "retired");
  if (moved.length === 0) {
    const why =
      retired.length > 0
        ? `${retired.join(", ")} is retired: AWS is no longer there to go back to`
        : "no user of it has weights yet, so all are on AWS";
    throw new UserError(`${environment.name} ${applications.join(", ")}: ${why}; nothing was touched`);
  }
  if (options.now && environment.dns.via === "other") throw byHand(document, moved);
  if (options.now) tell(`as ${await awsLogin(environment)}`);
  const route53 = new Route53(cutoverRoleOf(environment));
  const done: Returned[] = [];
  for (const application of moved) {
    const component = document.cutover.component(application) as Component;
    const { stage, percent } = positionOf(component);
    const from = `${stage} with ${percent} %`;
    const result = options.now
      ? await sendBack(route53, { environment: environment.name, application, component, tell }, options)
      : undefined;
    if (stage !== "ready") document.addStep(application, { ...BACK, percent: 0, since: options.at });
    done.push({ application, from, ...(result ?? leftToTerraform(environment, component)) });
  }
  if (!options.dryRun) await writeDown(document, done);
  return done;
}

/** @throws UserError that says first where users are, when the file cannot be written */
async function writeDown(document: CutoverDocument, done: readonly Returned[]): Promise<void> {
  const live = done.filter(({ moved }) => moved === "sent" || moved === "there").map(({ application }) => application);
  await document.write().catch((error: unknown) => {
    if (live.length === 0) throw error;
    const why = error instanceof UserError ? error.message : (error as Error).message;
    throw new UserError(
      `users of ${live.join(", ")} are back on AWS, and ${document.file} does not say so yet: ${why}\n  next: run it again, which writes it down; until then a deployment is refused`,
    );
  });
}

/** What must be set at another provider, because no record there is ours. */
function byHand(document: CutoverDocument, applications: readonly string[]): UserError {
  const lines = applications.flatMap((name) => handLines(document.environment, document.cutover.component(name)));
  return new UserError(
    [
      `dns.via is other: nobody here may change those records; nothing was touched. Set them at that provider:`,
      ...lines.map((line) => `  ${printable(line)}`),
      `  then: npx mmrv cutover back ${document.environment.name} ${applications.join(" ")}`,
    ].join("\n"),
  );
}

const handLines = (environment: Environment, component: Component | undefined): string[] => {
  const at = positionOf({ steps: [...(component?.steps ?? []), { ...BACK, since: "" }] });
  return (component?.names ?? []).flatMap((name) => recordsByHand(name, at, azureLabelOf(environment)));
};

function leftToTerraform(environment: Environment, component: Component): Pick<Returned, "moved" | "notes"> {
  if (environment.dns.via === "other") return { moved: "by hand", notes: handLines(environment, component) };
  return {
    moved: "file",
    notes: [`users move when ${environment.name}-cutover is deployed; npx mmrv cutover back --now moves them at once`],
  };
}

type Tell = (line: string) => void;

/** Whose users are sent back, and who hears how it goes. */
interface Sent {
  readonly environment: string;
  readonly application: string;
  readonly component: Component;
  readonly tell: Tell;
}

async function sendBack(
  route53: Route53,
  { application, component, environment, tell }: Sent,
  { dryRun, resolver }: BackOptions,
): Promise<Pick<Returned, "moved" | "notes">> {
  const batches = backBatches(environment, application, component);
  const names = (component.names ?? []).filter(isZoned);
  const ready = positionOf({ steps: [...component.steps, { ...BACK, since: "" }] });
  const records = new Map(
    await Promise.all(
      batches.map(async ({ HostedZoneId }) => [HostedZoneId, await route53.records(HostedZoneId)] as const),
    ),
  );
  if (differencesFrom(names, ready, records).length === 0) return { moved: "there", notes: [] };
  refuseRefused(batches, names, records);
  if (dryRun)
    return {
      moved: "sent",
      notes: batches.map(
        ({ ChangeBatch, HostedZoneId }) => `would send ${ChangeBatch.Changes.length} changes to zone ${HostedZoneId}`,
      ),
    };
  for (const batch of batches)
    await route53.change(batch, () => tell(`${application}: live in Route 53; waiting until every server has it`));
  return { moved: "sent", notes: await serversAnswerFrom(route53, names, ready, resolver) };
}

/** @throws UserError before anything is sent, for every batch that Route 53 would refuse */
function refuseRefused(
  batches: readonly Batch[],
  names: readonly AdoptedName[],
  records: ReadonlyMap<string, Parameters<typeof route53Issues>[1]>,
): void {
  const said = batches.flatMap(({ ChangeBatch, HostedZoneId }) => {
    const zone = names.find((name) => name.zone?.id === HostedZoneId)?.zone;
    return route53Issues({ name: zone?.name ?? "" }, records.get(HostedZoneId) ?? [], ChangeBatch.Changes);
  });
  if (said.length === 0) return;
  throw new UserError(
    [
      "Route 53 would refuse this, nothing was touched:",
      ...said.map((line) => `  ${line}`),
      "  next: npx mmrv cutover status says what is there now",
    ].join("\n"),
  );
}
