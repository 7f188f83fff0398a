import { Command } from "commander";
import { UserError } from "../../model/user-error";
import {
  AUTO_APPROVE,
  cdktf,
  holdsResources,
  MORE,
  refuseLostRelease,
  refuseUnasked,
  STACK,
  terraformOf,
} from "../deploy/cdktf";
import { complain, say } from "../output";
import { findStack, refuseMarkers, type StackInfo, subscriptionOf, synthesizeAll } from "../program/stacks";
import { speaksToCluster } from "../terraform/stack-json";
import { run } from "./run";
import { whyReleaseFailed } from "./unlock";

interface Options {
  readonly autoApprove?: boolean;
  readonly dryRun?: boolean;
}

export const deployCommand = (): Command =>
  new Command("deploy")
    .description(
      "Deploys one stack with the cdktf CLI, which shows the plan and asks, after checking that no marker is open and that its producers are deployed.",
    )
    .argument("<stack>", STACK)
    .argument("[cdktf...]", MORE)
    .option("--dry-run", "check, print the cdktf command, and stop")
    .option(AUTO_APPROVE, "do not ask")
    .action((stack: string, more: string[], options: Options) => run(() => deploy(stack, more, options)));

/** `mmrv deploy`. One stack: its producers are not deployed along, but they must have been. */
async function deploy(name: string, more: readonly string[], { autoApprove, dryRun }: Options): Promise<number> {
  const stack = findStack(synthesizeAll(), name);
  refuseMarkers(stack);
  subscriptionOf(stack);
  await askProducers(stack);
  for (const reason of stack.missing) say(`${name}: ${reason}`);
  await refuseLostRelease(stack);
  if (speaksToCluster(stack) && !process.env["AAD_LOGIN_METHOD"])
    say(
      `${name}: AAD_LOGIN_METHOD is not set, so kubelogin will want a code typed into a browser, unseen inside Terraform; azurecli takes the login of az, workloadidentity that of a pipeline`,
    );
  const options = [...(autoApprove ? [AUTO_APPROVE] : []), ...more];
  const args = ["deploy", name, "--ignore-missing-stack-dependencies", ...options];
  if (dryRun) {
    say(`would run: npx cdktf ${args.join(" ")}`);
    return 0;
  }
  refuseUnasked(`deploy ${name}`, options);
  const exitCode = await cdktf(args);
  if (exitCode !== 0) for (const line of await adviceAfterFailure(stack)) complain(line);
  return exitCode;
}

/** What a person does next when a deployment of the stack has failed. */
export async function adviceAfterFailure(stack: StackInfo): Promise<string[]> {
  const { id } = stack;
  return [
    "",
    `${id} was not deployed. If Terraform says`,
    `  that a resource already exists: an earlier run was interrupted; npx mmrv adopt ${id}, then deploy again`,
    `  that another operation is in progress: a run died in the middle of a release; npx mmrv unlock ${id}`,
    ...(await whyReleaseFailed(stack)),
  ];
}

/** @throws UserError when a producer has no resources in its state, or its state cannot be read */
export async function askProducers(
  { id, producers }: Pick<StackInfo, "id" | "producers">,
  of = terraformOf,
): Promise<void> {
  for (const producer of producers) {
    if (await holdsResources(producer, of(producer))) continue;
    throw new UserError(
      `${id} needs ${producer}, which is not deployed: its state holds nothing\n  next: npx mmrv deploy ${producer}`,
    );
  }
}
