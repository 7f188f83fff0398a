import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { MARKERS_VARIABLE } from "../../environments/markers";
import { UserError } from "../../environments/user-error";
import { whyNoCdktf } from "../setup/node";
import { refusal } from "../terraform/refusal";
import { speaksToCluster } from "../terraform/stack-json";
import { NO_TERRAFORM, Terraform } from "../terraform/terraform";
import { findStack, refuseMarkers, type StackInfo, subscriptionOf, synthesizeAll } from "./program";
import { whyReleaseFailed } from "./unlock";

/** Where cdktf synthesizes a stack, and Terraform works on it. */
export const folderOf = (stack: string): string => join("cdktf.out", "stacks", stack);

/** Terraform in the folder that cdktf uses for a stack, with the caller's own login and state. */
export const terraformOf = (stack: string) => new Terraform(folderOf(stack), process.env as Record<string, string>);

/** `mmrv deploy`. One stack: its producers are not deployed along, but they must have been. */
export async function deploy(name: string, more: readonly string[], dryRun: boolean): Promise<number> {
  const stack = findStack(synthesizeAll(), name);
  refuseMarkers(stack);
  subscriptionOf(stack);
  await askProducers(stack);
  for (const reason of stack.missing) console.log(`${name}: ${reason}`);
  await refuseLostRelease(stack);
  if (speaksToCluster(stack) && !process.env["AAD_LOGIN_METHOD"])
    console.log(
      `${name}: AAD_LOGIN_METHOD is not set, so kubelogin will want a code typed into a browser, unseen inside Terraform; azurecli takes the login of az, workloadidentity that of a pipeline`,
    );
  const args = ["deploy", name, "--ignore-missing-stack-dependencies", ...more];
  if (dryRun) {
    console.log(`would run: npx cdktf ${args.join(" ")}`);
    return 0;
  }
  const exitCode = await cdktf(args);
  if (exitCode !== 0) console.error((await adviceAfterFailure(stack)).join("\n"));
  return exitCode;
}

/** What a person does next when a deployment of the stack has failed. */
export async function adviceAfterFailure(stack: StackInfo): Promise<string[]> {
  const { id } = stack;
  return [
    `\n${id} was not deployed. If Terraform says`,
    `  that a resource already exists: an earlier run was interrupted; npx mmrv adopt ${id}, then deploy again`,
    `  that another operation is in progress: a run died in the middle of a release; npx mmrv unlock ${id}`,
    ...(await whyReleaseFailed(stack)),
  ];
}

/** `mmrv diff`. */
export async function diff(name: string, more: readonly string[]): Promise<number> {
  const stack = findStack(synthesizeAll(), name);
  refuseMarkers(stack);
  subscriptionOf(stack);
  return cdktf(["diff", name, ...more]);
}

/** `mmrv destroy`. Says all that the guard protects: Terraform would stop at the first few. */
export async function destroy(name: string, more: readonly string[]): Promise<number> {
  const stacks = synthesizeAll();
  const stack = findStack(stacks, name);
  const { guarded, settings } = stack;
  if (guarded.length > 0) {
    throw new UserError(
      [
        `${name}: the deletion guard is on, nothing was touched. It guards`,
        ...guarded.map((address) => `  ${address}`),
        `To tear down: set deletionGuard to false in environments/${settings.name}.ts, deploy (no resource changes), then destroy.`,
      ].join("\n"),
    );
  }
  subscriptionOf(stack);
  const consumers = stacks.filter(({ producers }) => producers.includes(name)).map(({ id }) => id);
  await refuseConsumers(name, consumers);
  // Whoever takes a stack down owes no answers any more.
  const { name: variable, accepted } = MARKERS_VARIABLE;
  const unasked = stack.openMarkers.length > 0 ? [`--var=${variable}=${accepted}`] : [];
  return cdktf(["destroy", name, "--ignore-missing-stack-dependencies", ...unasked, ...more]);
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

/**
 * @throws UserError when a release is deployed that the stack has no longer, because its image's digest was taken out: it
 * would be deleted, and users with it
 */
export async function refuseLostRelease(
  { id, json, missing }: Pick<StackInfo, "id" | "json" | "missing">,
  of = terraformOf,
): Promise<void> {
  if (missing.length === 0) return;
  const terraform = of(id);
  await readable(id, terraform);
  const kept = Object.keys(json.resource?.["helm_release"] ?? {}).map((name) => `helm_release.${name}`);
  const lost = (await terraform.stateList()).filter(
    (address) => address.startsWith("helm_release.") && !kept.includes(address),
  );
  if (lost.length === 0) return;
  throw new UserError(
    `${id}: ${lost.join(", ")} is deployed, and would be deleted now that no image is named; nothing was touched\n  next: put the digest back (git log -p helm-values/), or npx mmrv destroy ${id} if that is what you want`,
  );
}

/**
 * @throws UserError when a consumer still holds something, or may: its look-ups fail once the producer is gone, and it
 * cannot be destroyed any more
 */
export async function refuseConsumers(name: string, consumers: readonly string[], of = terraformOf): Promise<void> {
  for (const consumer of consumers) {
    if (!(await holdsResources(consumer, of(consumer)))) continue;
    throw new UserError(
      `${consumer} needs ${name} and still holds resources, nothing was touched\n  next: npx mmrv destroy ${consumer}`,
    );
  }
}

/** @throws UserError when the state cannot be read: that is not the same as empty */
async function holdsResources(stack: string, terraform: Terraform): Promise<boolean> {
  await readable(stack, terraform);
  return (await terraform.stateList()).length > 0;
}

/** @throws UserError when Terraform cannot get at the state */
export async function readable(stack: string, terraform: Terraform): Promise<void> {
  const init = await terraform.init();
  if (init.exitCode !== 0) throw refusal(stack, "its state cannot be read; nothing was touched", init.stderr);
}

/** @throws UserError without Terraform, which cdktf would report as a spinner and an exit code */
async function cdktf(args: readonly string[]): Promise<number> {
  if ((await Terraform.version()) === undefined) throw new UserError(NO_TERRAFORM);
  const why = whyNoCdktf();
  if (why !== undefined) throw new UserError(`cdktf does not start, nothing was touched: ${why}`);
  const child = spawn("npx", ["--no-install", "cdktf", ...args], { stdio: "inherit" });
  // The terminal sends Ctrl-C to cdktf too, which stops Terraform in order; this process only waits for it.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  const [exitCode] = (await once(child, "close")) as [number | null];
  process.off("SIGINT", ignore);
  return exitCode ?? 1;
}
