import { MARKERS_VARIABLE } from "../../model/markers";
import { UserError } from "../../model/user-error";
import { movedBy } from "../cutover/guard";
import { say } from "../output";
import { findStack, type SynthesizedStack, subscriptionOf, synthesize } from "../program/stacks";
import { commandLine } from "../shell";
import { resourceGraph } from "../terraform/stack-json";
import type { Terraform } from "../terraform/terraform";
import { AUTO_APPROVE, cdktf, holdsResources, readable, refuseUnasked, terraformOf } from "./cdktf";
import { heldOf, refuseHeldRelease, releasedElsewhere, releaseOf } from "./held-release";

export interface DestroyOptions {
  readonly autoApprove?: boolean;
  readonly dryRun?: boolean;
}

/** `mmrv destroy`. Says all that the guard protects: Terraform would stop at the first few. */
export async function destroyStack(
  name: string,
  more: readonly string[],
  { autoApprove, dryRun }: DestroyOptions,
): Promise<number> {
  const stacks = synthesize();
  const stack = findStack(stacks, name);
  const { settings } = stack;
  if (movedBy(stack) !== undefined) await refuseLeadingRecords(stack);
  const guarded = guardedOf(stack);
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
  await refuseForgottenRelease(stack);
  const consumers = stacks.filter(({ producers }) => producers.includes(name)).map(({ id }) => id);
  await refuseConsumers(name, consumers);
  const whose = releasedElsewhere(stack);
  if (whose !== undefined)
    say(`${name}: ${whose} and stays on the cluster; what goes is Azure's, without which its pods read no secret`);
  const options = [...(autoApprove ? [AUTO_APPROVE] : []), ...more];
  // Whoever takes a stack down owes no answers any more.
  const { name: variable, accepted } = MARKERS_VARIABLE;
  const unasked = stack.openMarkers.length > 0 ? [`--var=${variable}=${accepted}`] : [];
  const args = ["destroy", name, "--ignore-missing-stack-dependencies", ...unasked, ...options];
  if (!dryRun) {
    refuseUnasked(`destroy ${name}`, options);
    return cdktf(args);
  }
  await sayWhatGoes(name);
  say(`would run: ${commandLine("npx", "cdktf", ...args)}`);
  return 0;
}

/**
 * What the deletion guard guards of a stack. When somebody else delivers its release, that is what the pods still need of it:
 * the release, by which a destroy was refused before, has left it.
 */
export function guardedOf(stack: Pick<SynthesizedStack, "guarded" | "id" | "json" | "settings">): string[] {
  const { guarded, json, settings } = stack;
  const isElsewhere = (releaseOf(stack)?.delivery ?? "terraform") !== "terraform";
  return settings.deletionGuard && isElsewhere ? [...resourceGraph(json).keys()] : [...guarded];
}

/**
 * A removed block holds for a deployment: `terraform destroy` deletes what a deployment would only forget.
 * @throws UserError when the state still has a release that somebody else delivers, and when it cannot be read
 */
export async function refuseForgottenRelease(
  stack: Pick<SynthesizedStack, "id" | "settings">,
  of: (stack: string) => Pick<Terraform, "init" | "stateList"> = terraformOf,
): Promise<void> {
  await refuseHeldRelease(stack, of);
  const delivered = releaseOf(stack);
  if (delivered?.delivery !== "handover") return;
  const held = await heldOf(delivered.release, stack.id, of(stack.id));
  if (held.length === 0) return;
  throw new UserError(
    `${stack.id}: Terraform still has ${held.join(", ")}, and a destroy deletes what a deployment forgets; nothing was touched\n  next: npx mmrv deploy ${stack.id}, after which a destroy leaves it`,
  );
}

/**
 * Of a stack that moves users, by the program and by the state: what the file has no longer is still there to be deleted.
 * @throws UserError while it has records, and when its state cannot be read
 */
export async function refuseLeadingRecords(
  { guarded, id, settings }: Pick<SynthesizedStack, "guarded" | "id" | "settings">,
  of: (stack: string) => Pick<Terraform, "init" | "stateList"> = terraformOf,
): Promise<void> {
  if (guarded.length === 0 && !(await hasRecords(id, of(id)))) return;
  throw new UserError(
    `${id}: its records lead users, and a destroy would delete live DNS; nothing was touched\n  next: after retired, npx mmrv cutover next ${settings.name} APPLICATION --give-up, then deploy: Terraform forgets them, and Route 53 keeps them`,
  );
}

async function hasRecords(id: string, terraform: Pick<Terraform, "init" | "stateList">): Promise<boolean> {
  await readable(id, terraform);
  return (await terraform.stateList()).some((address) => /(^|\.)aws_route53_record\./.test(address));
}

/** @throws UserError when the state cannot be read */
export async function sayWhatGoes(name: string, of = terraformOf): Promise<void> {
  const terraform = of(name);
  await readable(name, terraform);
  const addresses = (await terraform.stateList()).filter((address) => !/(^|\.)data\./.test(address));
  say(addresses.length === 0 ? `${name}: its state holds nothing, so nothing goes` : `${name}: what goes`);
  for (const address of addresses) say(`  ${address}`);
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
