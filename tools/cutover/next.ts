import { gatesOf } from "../../model/cutover/gates";
import { positionOf } from "../../model/cutover/position";
import { isZoned, membersOf } from "../../model/cutover/records";
import type { Component, Step } from "../../model/cutover/schema";
import { type Place, placeText, whyNot } from "../../model/cutover/transitions";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { recordsByHand } from "./by-hand";
import { CutoverDocument } from "./document";
import { type Answerer, evidenceFor, type GateStanding, type GateState, standingsOf } from "./gate-answers";
import type { GateMeasurer } from "./gate-measures";
import { proposed } from "./next-place";
import { azureLabelOf } from "./target";

export interface NextOptions extends Answerer {
  /** The moment of the step, in ISO 8601. */
  readonly at: string;
  readonly dryRun?: boolean;
  /** Of retired: Terraform forgets the records, and Route 53 keeps them. */
  readonly giveUp?: boolean;
  /** Azure's share. @default the next of 1, 5, 25 and 50 */
  readonly percent?: number;
}

/** A step that was taken, or would be. */
export interface Taken {
  readonly application: string;
  readonly from: string;
  readonly to: string;
  readonly gates: readonly GateStanding[];
  /** What has to be done for it to count. */
  readonly notes: readonly string[];
}

/**
 * Takes one legal step of one application, after its gates.
 * @throws UserError for a step that is not legal, and for gates that nobody answers
 */
export async function next(
  environment: Environment,
  application: string,
  measurer: GateMeasurer,
  options: NextOptions,
): Promise<Taken> {
  const document = await CutoverDocument.open(environment);
  const component = document.cutover.component(application);
  const before = component?.steps.at(-1);
  const place = placeAfter(environment, application, component?.steps ?? [], options);
  const kind = environment.applications.find(({ name }) => name === application);
  const gates = gatesOf({ from: kind?.from ?? "nowhere" }, before, place);
  const states: GateState[] = [];
  for (const gate of gates) {
    const measured = await measurer.measure(gate.name, application, component ?? { steps: [] });
    states.push({ gate, ...(measured && { measured }) });
  }
  const egress = place.stage === "canary" ? { egress: environment.egress.via } : {};
  const step = { ...place, ...egress, since: sinceAfter(before, options.at) };
  const taken = {
    application,
    from: placeText(before ?? { stage: "off" }),
    to: placeText(place),
    gates: standingsOf(states, options.given),
    notes: notesOf(environment, component ?? { steps: [] }, step),
  };
  if (options.dryRun) return taken;
  const evidence = await evidenceFor(states, options);
  document.addStep(application, { ...step, ...(evidence.length > 0 && { evidence }) });
  await document.write();
  return { ...taken, gates: standingsOf(states, options.given, evidence) };
}

/** Not before the step that it follows, whatever this machine's clock says. */
export const sinceAfter = (before: Step | undefined, at: string): string =>
  before !== undefined && Date.parse(before.since) > Date.parse(at) ? before.since : at;

/** @throws UserError for a percent that no stage takes next, and behind the last step */
function placeAfter(
  environment: Environment,
  application: string,
  steps: readonly Step[],
  { giveUp, percent }: NextOptions,
): Place {
  const before = steps.at(-1);
  if (before === undefined)
    throw new UserError(
      `${application} is off; nothing was touched\n  next: npx mmrv cutover adopt ${environment.name} ${application}`,
    );
  const place = giveUp ? GIVEN_UP : proposed(steps, percent);
  if (place === undefined) {
    const more = before.givenUp
      ? ""
      : "\n  next: --give-up, when Terraform shall forget its records and Route 53 keep them";
    throw new UserError(`${application}: ${placeText(before)} is the last step; nothing was touched${more}`);
  }
  const refused = whyNot(before, place);
  if (refused === undefined) return place;
  throw new UserError(`${application} stands at ${placeText(before)}, and the next ${refused}; nothing was touched`);
}

const GIVEN_UP: Place = { stage: "retired", percent: 100, givenUp: true };

function notesOf(environment: Environment, { names = [], steps }: Component, step: Step): string[] {
  const at = positionOf({ steps: [...steps, step] });
  if (environment.dns.via === "other")
    return [
      "set these records at your provider:",
      ...names.flatMap((name) => recordsByHand(name, at, azureLabelOf(environment))).map((line) => `  ${line}`),
    ];
  const stack = `${environment.name}-cutover`;
  const gone =
    step.stage === "retired" && !step.givenUp
      ? names
          .filter(isZoned)
          .flatMap((name) => membersOf(name, positionOf({ steps })).filter(({ side }) => side === "aws"))
      : step.prepared
        ? names.filter(isZoned).flatMap((name) => leaving(name, positionOf({ steps }), at))
        : [];
  const approvals = gone.map(
    ({ resource }) =>
      `aws_route53_record.${resource} will be deleted: it needs an approval for ${stack} in environments/approvals.ts`,
  );
  return [...approvals, `commit it, then deploy ${stack}: npx mmrv deploy ${stack}, or the workflow deploy`];
}

/** Records that a place has no longer. */
function leaving(
  name: Parameters<typeof membersOf>[0],
  before: ReturnType<typeof positionOf>,
  after: ReturnType<typeof positionOf>,
) {
  const kept = membersOf(name, after).map(({ resource }) => resource);
  return membersOf(name, before).filter(({ resource }) => !kept.includes(resource));
}
