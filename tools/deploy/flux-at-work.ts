import type { Environment } from "../../model/environment";
import { CLUSTER_NAMES, namesOf, stackName } from "../../model/naming";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { type AskFlux, type FluxState, fluxStateOf } from "../azure/flux-state";
import { flat } from "../flat";
import { say } from "../output";
import { environmentOf, type SynthesizedStack } from "../program/stacks";
import type { Terraform } from "../terraform/terraform";
import { folderOf, terraformOf } from "./cdktf";
import { configurationOf } from "./flux-drift";
import { heldOf, releaseOf } from "./held-release";
import type { Kubectl } from "./kubernetes/kubectl";
import { kubectlFor } from "./kubernetes/own-kubectl";
import { openStack } from "./open-stack";

type Stack = Pick<SynthesizedStack, "id" | "json" | "settings">;

/** Whom to ask, each with what is there by itself as its default. */
export interface FluxAsked {
  readonly ask?: AskFlux;
  /** Whether anything of a stack is deployed. */
  readonly isDeployed?: (stack: string) => Promise<boolean>;
  /** Terraform in the folder of the release's own stack. */
  readonly of?: (stack: string) => Pick<Terraform, "init" | "stateList">;
}

const { gitOpsConfiguration: CONFIGURATION, gitOpsNamespace: NAMESPACE } = CLUSTER_NAMES;

/**
 * The way back of a release has more steps than its file: while Flux has not been told, it and Terraform would both release it.
 * One question to Azure where GitOps is set up, and none elsewhere.
 * @throws UserError when Flux still has the release; and when nobody can say so of one that Terraform does not have yet, while
 * the environment's stack gitops is deployed
 */
export async function refuseFluxAtWork(stack: Stack, asked: FluxAsked = {}): Promise<void> {
  const release = takenBack(stack);
  if (release !== undefined) await refuseByAzure(stack, release, asked);
}

/**
 * As {@link refuseFluxAtWork}, and asks the cluster too, where the caller's kubectl looks at it: a HelmRelease outlives the
 * Kustomization that made it, and Azure says nothing of it then.
 */
export async function refuseActiveRelease(
  stack: Stack,
  { find = kubectlFor, ...asked }: FluxAsked & { readonly find?: (environment: Environment) => Promise<Kubectl> } = {},
): Promise<void> {
  const release = takenBack(stack);
  if (release === undefined || !(await refuseByAzure(stack, release, asked))) return;
  try {
    const kubectl = await find(release.environment);
    if (!(await isActive(kubectl, release.name))) return;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(
      `${stack.id}: whether the cluster has a HelmRelease that acts was not asked: ${flat(error.message.split("\n")[0] ?? "")}`,
    );
    return;
  }
  const what = `the HelmRelease ${NAMESPACE}/${release.name} is not suspended`;
  // No commit suspends it any more: nothing applies its folder.
  const next = `npx mmrv handover back ${release.environment.name} ${release.name}, which says how to suspend it, and deletes it then`;
  throw bothRelease(stack, release, what, next);
}

interface TakenBack {
  readonly environment: Environment;
  readonly name: string;
}

/** A release that Terraform shall deliver where Flux could; undefined for every other stack. */
function takenBack(stack: Stack): TakenBack | undefined {
  const environment = environmentOf(stack);
  const delivered = releaseOf(stack);
  if (environment === undefined || delivered?.delivery !== "terraform") return undefined;
  return environment.gitOps.via === "none" ? undefined : { environment, name: delivered.release };
}

/** @returns whether there may be a Flux, which the cluster could say more of */
async function refuseByAzure(stack: Stack, release: TakenBack, asked: FluxAsked): Promise<boolean> {
  const { ask = fluxStateOf } = asked;
  const answer = await ask(configurationOf(stack, release.environment));
  if (answer.is === "absent") return false;
  if (answer.is === "unknown") return refuseUnknown(stack, release, answer.why, asked);
  const acts = whatActs(answer.state, release.name);
  if (acts !== undefined) throw bothRelease(stack, release, acts);
  return true;
}

/** What of a release Flux still has: what Azure has told it to apply, or a HelmRelease that it reports and nobody suspended. */
function whatActs({ kustomizations, statuses }: FluxState, release: string): string | undefined {
  if (Object.hasOwn(kustomizations ?? {}, release))
    return `Azure's configuration ${CONFIGURATION} still lists its Kustomization ${release}`;
  const active = (statuses ?? []).find(({ kind, name }) => kind === "HelmRelease" && name === release);
  if (active === undefined || active.complianceState === "Suspended") return undefined;
  return `Flux tells Azure of its HelmRelease, which is ${printable(active.complianceState)} and not suspended`;
}

const throughGitOps = ({ environment: { name }, name: release }: TakenBack) =>
  `run deploy.yml with ${name}-releases until npx mmrv handover status ${name} ${release} says that Flux is suspended; then npx mmrv deploy ${stackName(name, "gitops")}, and npx mmrv handover back ${name} ${release}`;

const bothRelease = ({ id }: Stack, release: TakenBack, what: string, next = throughGitOps(release)) =>
  new UserError(
    `${id}: Terraform shall release ${release.name}, and Flux does too (${what}): the way back is not at its end, nothing was touched\n  next: ${next}`,
  );

/**
 * What Terraform has is its own, and stays deployable: it came there before Flux, or by an adoption that asked.
 * @returns whether there may be a Flux
 */
async function refuseUnknown(
  stack: Stack,
  { environment, name: release }: TakenBack,
  why: string,
  { isDeployed = holdsAnything, of = terraformOf }: FluxAsked,
): Promise<boolean> {
  const { id } = stack;
  if ((await heldOf(release, id, of(id))).length > 0) {
    say(
      `${id}: whether Flux still acts on ${release} was not asked: ${why}; it is in Terraform's state, so this goes on`,
    );
    return true;
  }
  const gitOps = stackName(environment.name, "gitops");
  if (!(await isDeployed(gitOps))) return false;
  throw new UserError(
    `${id}: whether Flux still acts on ${release} is not known (${why}), ${gitOps} is deployed, and Terraform does not have the release: both could release it; nothing was touched\n  next: log in as somebody with Reader on ${namesOf(environment).resourceGroup}, then again`,
  );
}

/** For somebody too who may not write a state, and so cannot make one that was never written. */
async function holdsAnything(id: string): Promise<boolean> {
  const { close, isNew, terraform } = await openStack(id, folderOf(id), { readOnly: true });
  try {
    return !isNew && (await terraform.stateList()).length > 0;
  } finally {
    await close();
  }
}

/** @throws UserError when the cluster does not say; one without Flux's types has none that acts */
async function isActive(kubectl: Pick<Kubectl, "run">, release: string): Promise<boolean> {
  const suspended = await kubectl
    .run([
      ...["get", "helmreleases.helm.toolkit.fluxcd.io", release, "--namespace", NAMESPACE],
      ...["--ignore-not-found", "--output", "jsonpath={.kind}/{.spec.suspend}", "--request-timeout", "20s"],
    ])
    .catch((error: unknown) => {
      if (error instanceof UserError && error.message.includes("doesn't have a resource type")) return "";
      throw error;
    });
  return suspended !== "" && suspended !== "HelmRelease/true";
}
