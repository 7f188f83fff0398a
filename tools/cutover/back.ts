import { BACK } from "../../model/cutover/batches";
import { positionOf } from "../../model/cutover/position";
import type { Component } from "../../model/cutover/schema";
import { isWeighted } from "../../model/cutover/stages";
import type { Environment } from "../../model/environment";
import { sentenceOf } from "../../model/mistakes";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { awsLogin } from "../aws/login";
import { say } from "../output";
import { recordsByHand } from "./by-hand";
import { CutoverDocument } from "./document";
import { type Leaving, type SendOptions, type SentBack, sendBack } from "./send-back";
import { azureLabelOf, type Target } from "./target";

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
  /**
   * sent: this run moved them. there: Route 53 had them at AWS already. file: the file alone says so, until a deployment.
   * failed: they are where they were, and the notes say why.
   */
  readonly moved: SentBack["moved"] | "file" | "by hand";
  /** What is left to do, or worth knowing. */
  readonly notes: readonly string[];
}

/**
 * Sends every user back to AWS. With `now` one call for each application and zone, past Terraform; then its servers are asked,
 * and then the file is written: a run that is killed between is finished by running it again.
 * @returns what became of each application, and whether the file was written
 * @throws UserError for an application that has no weights, another account, and when nobody could be sent back
 */
export async function back(
  { applications, environment }: Target,
  options: BackOptions,
  tell: (line: string) => void = say,
): Promise<{ readonly applications: readonly Returned[]; readonly isWritten: boolean }> {
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
  const leaving = moved.map((application) => ({
    application,
    component: document.cutover.component(application) as Component,
  }));
  const sent = options.now ? await sendAll(environment, leaving, { ...options, tell }) : undefined;
  const done = leaving.map(({ application, component }, index): Returned => {
    const { stage, percent } = positionOf(component);
    const { moved: how, notes } =
      sent?.[index] ?? (stage === "ready" ? AT_READY : leftToTerraform(environment, component));
    return { application, from: `${stage} with ${percent} %`, moved: how, notes };
  });
  const gone = done.filter((one) => one.moved !== "failed").map(({ application }) => application);
  for (const { application, component } of leaving.filter((one) => gone.includes(one.application)))
    writeStep(document, application, component, options.at);
  const isWritten = !options.dryRun && (await writeDown(document, sent === undefined ? [] : gone));
  return { applications: [...done, ...retired.map(leftOut)], isWritten };
}

/** Whoever is called at night must not believe that all are back. */
const leftOut = (application: string): Returned => ({
  application,
  from: "retired",
  moved: "failed",
  notes: ["it is retired: AWS is no longer there to go back to; mend it on Azure (docs/runbooks)"],
});

const AT_READY: Pick<Returned, "moved" | "notes"> = {
  moved: "there",
  notes: ["the file says so already; whether Route 53 does: npx mmrv cutover status"],
};

/** @throws UserError when nobody could be sent back */
async function sendAll(
  environment: Target["environment"],
  leaving: readonly Leaving[],
  options: SendOptions,
): Promise<SentBack[]> {
  options.tell(`as ${await awsLogin(environment)}`);
  const sent = await sendBack(environment, leaving, options);
  const errors = sent.flatMap((one) => (one.moved === "failed" ? [one.error.message] : []));
  if (errors.length === sent.length) throw new UserError([...new Set(errors)].join("\n"));
  return sent;
}

/** Not before the step that it follows, whatever this machine's clock says: nobody shall wait for that to send users back. */
function writeStep(document: CutoverDocument, application: string, { steps }: Component, at: string): void {
  const last = steps.at(-1);
  if (last === undefined || last.stage === "ready") return;
  const since = Date.parse(last.since) > Date.parse(at) ? last.since : at;
  document.addStep(application, { ...BACK, percent: 0, since });
}

/**
 * @param live the applications whose users are back on AWS, whatever becomes of the file
 * @throws UserError that says first where users are, when the file cannot be written
 */
function writeDown(document: CutoverDocument, live: readonly string[]): Promise<boolean> {
  return document.write().catch((error: unknown) => {
    const why = sentenceOf(error);
    if (live.length === 0 || why === undefined) throw error;
    throw new UserError(
      `users of ${live.join(", ")} are back on AWS, and ${document.file} does not say so yet: ${why.split("\n")[0]}\n  next: run it again, which writes it down; until then a deployment is refused`,
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
