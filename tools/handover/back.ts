import type { Environment } from "../../model/environment";
import { stackName } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { remainingOf } from "./after-step";
import type { ClusterView } from "./cluster-view";
import { evidenceNow, keepEvidence } from "./evidence";
import { type HelmRelease, isActing } from "./flux-objects";
import { isFinished, type StepOptions, writeStep } from "./next";
import { ROOT } from "./root";
import { type DeliveryStep, stepBack } from "./steps";

export interface BackOptions extends StepOptions {
  /** Asked before anything is deleted in the cluster; false leaves all as it is. */
  readonly isConfirmed: (question: string) => Promise<boolean>;
}

/** What became of a release. */
export interface Returned {
  /** The step in the file; undefined when none was left. */
  readonly step: DeliveryStep | undefined;
  readonly notes: readonly string[];
  readonly remaining: readonly string[];
}

/**
 * Takes one step of a release towards Terraform: from flux at once, whatever the cluster says, because that only suspends; from
 * handover when the HelmRelease is suspended. Where Terraform delivers already, the suspended HelmRelease that is left over is
 * deleted: nothing is uninstalled for one that is suspended.
 * @returns what became of it; undefined when one that was broken off after its edit was brought to its end instead
 * @throws UserError when there is nothing to go back from, and for a HelmRelease that is not suspended
 */
export async function back(
  environment: Environment,
  release: string,
  view: ClusterView,
  options: BackOptions,
): Promise<Returned | undefined> {
  if (await isFinished(environment, release, options)) return undefined;
  const step = stepBack(environment, release);
  if (step === undefined) return tidy(environment, release, view, options);
  if (step.to === "terraform") {
    const object = await view.helmRelease(release);
    if (object) refuseActive(environment, release, object, true);
  }
  const notes = options.dryRun ? [] : await kept(environment, step, view, options);
  if (!options.dryRun) await writeStep(environment, step, options);
  return { step, notes, remaining: remainingOf(environment, step) };
}

/** What is live, for status to compare with; who cannot be asked does not keep anybody from going back. */
async function kept(
  environment: Environment,
  { from, release }: DeliveryStep,
  view: ClusterView,
  { at }: BackOptions,
): Promise<string[]> {
  try {
    const evidence = await evidenceNow(view, { environment: environment.name, release, takenAt: at, delivery: from });
    if (evidence) await keepEvidence(evidence, ROOT);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [`what is live now was not kept, so status has nothing to compare with: ${error.message.split("\n")[0]}`];
  }
}

async function tidy(
  environment: Environment,
  release: string,
  view: ClusterView,
  { dryRun, isConfirmed, tell }: BackOptions,
): Promise<Returned> {
  const { name } = environment;
  const nothing = { step: undefined, notes: [], remaining: [] };
  const object = await view.helmRelease(release);
  if (object === undefined)
    throw new UserError(
      `${release}: Terraform delivers it in ${name}, and Flux has nothing of it; nothing was touched`,
    );
  const isTold = (await view.kustomization(release)) !== undefined;
  refuseActive(environment, release, object, isTold);
  if (isTold)
    throw new UserError(
      `${release}: Flux still applies its folder, and would make the HelmRelease again; nothing was touched\n  next: npx mmrv deploy ${stackName(name, "gitops")}, then again`,
    );
  const what = `the suspended HelmRelease ${object.metadata.name} in ${object.metadata.namespace}`;
  if (dryRun) {
    tell(`would delete ${what}; the release stays as it is`);
    return nothing;
  }
  if (!(await isConfirmed(`Delete ${what}? The release stays as it is.`)))
    throw new UserError(`${what} is still there; nothing was touched`);
  await view.removeSuspended(object);
  tell(`deleted ${what}; the release stays as it is`);
  const stack = stackName(name, release);
  return {
    ...nothing,
    remaining: [
      `npx mmrv adopt ${stack}, unless its state has the release already`,
      `npx mmrv deploy ${stack}`,
      `npx mmrv handover status ${name} ${release}`,
    ],
  };
}

/**
 * @param isTold whether Flux still applies the folder; otherwise no commit suspends it
 * @throws UserError for a HelmRelease on which Flux acts: its deletion would uninstall the release, users with it
 */
function refuseActive({ name }: Environment, release: string, object: HelmRelease, isTold: boolean): void {
  const why = !object.spec.suspend ? "is not suspended" : isActing(object) ? "is still at work" : undefined;
  if (why === undefined) return;
  const { metadata } = object;
  const remedy = isTold
    ? `deploy.yml, ${name}-releases, with a commit in which ${release} is suspended`
    : `kubectl patch helmrelease ${metadata.name} -n ${metadata.namespace} --field-manager flux --type merge -p '{"spec":{"suspend":true}}'`;
  throw new UserError(
    `${release}: the HelmRelease ${object.metadata.name} ${why}, and two would deliver one release; nothing was touched\n  next: ${remedy}; then npx mmrv handover status ${name} ${release}`,
  );
}
