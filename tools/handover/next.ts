import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { remainingOf } from "./after-step";
import { type Condition, grouped } from "./conditions";
import { editDelivery, environmentsAfter } from "./edit-delivery";
import { evidenceNow, keepEvidence } from "./evidence";
import { type Asked, judge } from "./preconditions";
import { renderAfter, staleOf } from "./rendered";
import { ROOT } from "./root";
import { type DeliveryStep, stepForward } from "./steps";

export interface StepOptions {
  /** The moment, in ISO 8601. */
  readonly at: string;
  readonly dryRun: boolean;
  /** Where one line of progress goes. */
  readonly tell: (line: string) => void;
}

/** A step that was taken, would be, or was not. */
export interface Taken extends DeliveryStep {
  readonly isTaken: boolean;
  readonly conditions: readonly Condition[];
  /** What whoever takes it must know. */
  readonly notes: readonly string[];
  /** What is left to do, in its order; nothing while a condition is not good. */
  readonly remaining: readonly string[];
}

/**
 * Takes one step of a release towards Flux, when every condition is good: keeps what is live, edits the environment's file, and
 * renders. Nothing in the cluster changes.
 * @returns the step; undefined when one that was broken off after its edit was brought to its end instead
 * @throws UserError behind the last step, and when the file cannot be edited
 */
export async function next(
  environment: Environment,
  release: string,
  asked: Asked,
  options: StepOptions,
): Promise<Taken | undefined> {
  if (await isFinished(environment, release, options)) return undefined;
  const step = stepForward(environment, release);
  if (step === undefined)
    throw new UserError(
      `${release}: Flux delivers it in ${environment.name}, which is the last step; nothing was touched\n  next: npx mmrv handover status ${environment.name} ${release}`,
    );
  const { conditions, notes } = await judge(environment, step, asked);
  const told = { ...step, conditions: grouped(conditions), notes };
  if (!conditions.every(({ isGood }) => isGood)) return { ...told, isTaken: false, remaining: [] };
  const remaining = remainingOf(environment, step);
  if (options.dryRun) return { ...told, isTaken: false, remaining };
  const of = { environment: environment.name, release, takenAt: options.at, delivery: step.from };
  const evidence = await evidenceNow(asked.view, of);
  if (evidence) await keepEvidence(evidence, ROOT);
  await writeStep(environment, step, options);
  return { ...told, isTaken: true, remaining };
}

/** The edit, and what is rendered from it. */
export async function writeStep(
  environment: Environment,
  step: DeliveryStep,
  { tell }: Pick<StepOptions, "tell">,
): Promise<void> {
  await editDelivery(environment, step, ROOT);
  tell(`wrote environments/${environment.name}.ts: ${step.release} ${step.from} → ${step.to}`);
  await renderAfter(environmentsAfter(environment, step), tell);
}

/** Brings a step to its end that was broken off between its edit and what is rendered: it is not taken for the next one. */
export async function isFinished(
  environment: Environment,
  release: string,
  { dryRun, tell }: Pick<StepOptions, "dryRun" | "tell">,
): Promise<boolean> {
  const stale = await staleOf(environment, release);
  if (stale.length === 0) return false;
  tell(`what follows from environments/${environment.name}.ts is not written yet, as after a step that was broken off`);
  if (dryRun) for (const file of stale) tell(`would write ${file}`);
  else await renderAfter(undefined, tell);
  return true;
}
