import { UserError } from "../../model/user-error";
import { movedBy } from "../cutover/guard";
import { complain, say } from "../output";
import { findStack, refuseMarkers, type SynthesizedStack, subscriptionOf, synthesize } from "../program/stacks";
import { commandLine } from "../shell";
import { speaksToCluster } from "../terraform/stack-json";
import { askBeforeMigration } from "./before-migration";
import { refuseStaleBudget } from "./budget-start";
import { AUTO_APPROVE, cdktf, folderOf, holdsResources, refuseLostRelease, refuseUnasked, terraformOf } from "./cdktf";
import { adviceOnCutover, deployCutover } from "./deploy-cutover";
import { refuseFluxAtWork } from "./flux-at-work";
import { refuseHeldRelease, whoDelivers } from "./held-release";
import { whyHopeless } from "./hopeless-changes";
import { releasesOf } from "./kubernetes/releases";
import { guardPlan } from "./plan-guard";
import { makePlan } from "./terraform-plan";
import { proveTrust } from "./trust";
import { unfinishedOf } from "./unfinished";
import { whyReleaseFailed } from "./unlock";

export interface DeployOptions {
  readonly autoApprove?: boolean;
  readonly dryRun?: boolean;
  /** The day of the deployment, as YYYY-MM-DD in UTC. */
  readonly on: string;
  /** Why nothing has to prove that GitHub guards what the stack trusts. */
  readonly unprotectedBecause?: string;
}

/** `mmrv deploy`. One stack: its producers are not deployed along, but they must have been. */
export async function deployStack(
  name: string,
  more: readonly string[],
  { autoApprove, dryRun, on, unprotectedBecause }: DeployOptions,
): Promise<number> {
  const stack = findStack(synthesize(), name);
  refuseMarkers(stack);
  subscriptionOf(stack);
  for (const line of await proveTrust(stack, { unprotectedBecause })) say(line);
  await refuseStaleBudget(stack, on);
  await askProducers(stack);
  for (const reason of stack.missing) say(`${name}: ${reason}`);
  await refuseLostRelease(stack);
  await refuseHeldRelease(stack);
  await refuseFluxAtWork(stack);
  for (const line of whoDelivers(stack)) say(line);
  if (speaksToCluster(stack) && !process.env["AAD_LOGIN_METHOD"])
    say(
      `${name}: AAD_LOGIN_METHOD is not set, so kubelogin will want a code typed into a browser, unseen inside Terraform; azurecli takes the login of az, workloadidentity that of a pipeline`,
    );
  const environment = movedBy(stack);
  if (environment) return deployCutover(stack, environment, { autoApprove, dryRun, more, on });
  const options = [...(autoApprove ? [AUTO_APPROVE] : []), ...more];
  const args = ["deploy", name, "--ignore-missing-stack-dependencies", ...options];
  if (dryRun) {
    say(`would run: ${commandLine("npx", "cdktf", ...args)}`);
    return 0;
  }
  refuseUnasked(`deploy ${name}`, options);
  await judgePlan(stack, on);
  const exitCode = await cdktf(args);
  if (exitCode !== 0) for (const line of await adviceAfterFailure(stack)) complain(line);
  return exitCode;
}

/**
 * What a pipeline asks of its plan, before cdktf makes its own; of a stack that holds nothing there is nothing to lose.
 * @throws UserError for what Azure would refuse in the middle of the apply, and for losses that nobody has approved
 */
async function judgePlan({ id }: SynthesizedStack, on: string): Promise<void> {
  const terraform = terraformOf(id);
  if (!(await holdsResources(id, terraform))) return;
  say(`${id}: planning first, to see whether Azure will take it, and what is lost`);
  const { json } = await makePlan(terraform, { readOnly: false, streamed: false });
  const why = whyHopeless(id, json);
  if (why !== undefined) throw new UserError(why);
  if (guardPlan(json, { what: `the plan of ${id}`, stack: id, on }) !== 0)
    throw new UserError(`${id}: the plan guard refuses this plan, nothing was touched`);
  await askBeforeMigration(id, json, folderOf(id));
}

/** What a person does next when a deployment of the stack has failed. */
export async function adviceAfterFailure(stack: SynthesizedStack): Promise<string[]> {
  const { id } = stack;
  const environment = movedBy(stack);
  // Nothing of it is Azure's.
  if (environment) return adviceOnCutover(id, environment);
  const { unfinished, unknown } = await unfinishedOf(stack, subscriptionOf(stack));
  return [
    "",
    `${id} was not deployed. If Terraform says`,
    `  that a resource already exists: it was made and not written down; npx mmrv adopt ${id}, which also says whether Azure finished it, then deploy again`,
    "  AuthorizationFailed, LinkedAuthorizationFailed, PrincipalNotFound or 403: a role that this run gave takes minutes to spread; deploy again",
    "  ScopeLocked: a lock that this run removed holds for a moment; deploy again",
    ...adviceOnOperation(stack),
    ...(await whyReleaseFailed(stack)),
    ...unfinished,
    ...(unknown === undefined ? [] : [`whether Azure finished what is there was not asked: ${unknown}`]),
  ];
}

/** Helm and Azure say it in the same words. */
const adviceOnOperation = ({ id, json }: SynthesizedStack): string[] =>
  releasesOf(json).length > 0
    ? [`  that another operation is in progress: a run died in the middle of a release; npx mmrv unlock ${id}`]
    : [
        "  409, EtagMismatch or that another operation is in progress: Azure is at work on it, such as an upgrade of the cluster; when that has ended, deploy again",
      ];

/** @throws UserError when a producer has no resources in its state, or its state cannot be read */
export async function askProducers(
  { id, producers }: Pick<SynthesizedStack, "id" | "producers">,
  of = terraformOf,
): Promise<void> {
  for (const producer of producers) {
    if (await holdsResources(producer, of(producer))) continue;
    throw new UserError(
      `${id} needs ${producer}, which is not deployed: its state holds nothing\n  next: npx mmrv deploy ${producer}`,
    );
  }
}
