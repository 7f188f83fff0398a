import { UserError } from "../../model/user-error";
import { complain, say } from "../output";
import { findStack, refuseMarkers, type SynthesizedStack, subscriptionOf, synthesize } from "../program/stacks";
import { speaksToCluster } from "../terraform/stack-json";
import { AUTO_APPROVE, cdktf, holdsResources, refuseLostRelease, refuseUnasked, terraformOf } from "./cdktf";
import { whyReleaseFailed } from "./unlock";

export interface DeployOptions {
  readonly autoApprove?: boolean;
  readonly dryRun?: boolean;
}

/** `mmrv deploy`. One stack: its producers are not deployed along, but they must have been. */
export async function deployStack(
  name: string,
  more: readonly string[],
  { autoApprove, dryRun }: DeployOptions,
): Promise<number> {
  const stack = findStack(synthesize(), name);
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
export async function adviceAfterFailure(stack: SynthesizedStack): Promise<string[]> {
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
