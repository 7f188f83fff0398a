import { deliveryOf } from "../../model/delivery";
import { addressesInCluster, releaseOfStack } from "../../model/handed-over";
import type { Delivery } from "../../model/schema/git-ops";
import { UserError } from "../../model/user-error";
import { environmentOf, type SynthesizedStack } from "../program/stacks";
import type { Terraform } from "../terraform/terraform";
import { readable, terraformOf } from "./cdktf";

/** A release that can be handed over, as its stack has it. */
export interface DeliveredRelease {
  readonly delivery: Delivery;
  readonly environment: string;
  readonly release: string;
}

/** The release that a stack is for; undefined for every stack whose releases stay with Terraform, and for those without any. */
export function releaseOf(stack: Pick<SynthesizedStack, "id" | "settings">): DeliveredRelease | undefined {
  const environment = environmentOf(stack);
  const release = environment && releaseOfStack(environment, stack.id);
  if (environment === undefined || release === undefined) return undefined;
  return { release, environment: environment.name, delivery: deliveryOf(environment, release) };
}

/**
 * Two would release it from now on: Flux, and whoever puts the stack back. A plan would show a release that is only
 * forgotten, as if it had been handed over.
 * @throws UserError when Flux delivers a release that the stack's state still has, and when the state cannot be read
 */
export async function refuseHeldRelease(
  stack: Pick<SynthesizedStack, "id" | "settings">,
  of: (stack: string) => Pick<Terraform, "init" | "stateList"> = terraformOf,
): Promise<void> {
  const delivered = releaseOf(stack);
  if (delivered?.delivery !== "flux") return;
  const held = await heldOf(delivered.release, stack.id, of(stack.id));
  if (held.length === 0) return;
  const { environment, release } = delivered;
  throw new UserError(
    `${stack.id}: Flux shall deliver ${release}, and Terraform still has it (${held.join(", ")}): a step was jumped, nothing was touched\n  next: set gitOps.delivery.${release} to handover in environments/${environment}.ts, deploy ${stack.id}, then npx mmrv handover next ${environment} ${release}`,
  );
}

/**
 * The addresses of a release in the state of its stack; none when that has forgotten it.
 * @throws UserError when the state cannot be read
 */
export async function heldOf(
  release: string,
  stack: string,
  terraform: Pick<Terraform, "init" | "stateList">,
): Promise<string[]> {
  await readable(stack, terraform);
  return heldAmong(release, await terraform.stateList());
}

/** Those of a state's addresses that Terraform must have forgotten before anybody else may release it. */
export const heldAmong = (release: string, addresses: readonly string[]): string[] =>
  addresses.filter((address) => address.startsWith("helm_release.") || addressesInCluster(release).includes(address));

/** Whose a stack's release is, as the end of a sentence; undefined while it is Terraform's, and where there is none. */
export function releasedElsewhere(stack: Pick<SynthesizedStack, "id" | "settings">): string | undefined {
  const delivered = releaseOf(stack);
  if (delivered === undefined || delivered.delivery === "terraform") return undefined;
  return delivered.delivery === "flux" ? "the release is Flux's" : "the release is nobody's while it is handed over";
}

/** Who releases, and what to do instead of deploying the stack; nothing where its deployment releases. */
export function whoDelivers(stack: Pick<SynthesizedStack, "id" | "settings">): string[] {
  const delivered = releaseOf(stack);
  if (delivered === undefined || delivered.delivery === "terraform") return [];
  const { delivery, environment, release } = delivered;
  const only = `${stack.id}: this deploys what is Azure's`;
  return delivery === "handover"
    ? [
        `${only}, and Terraform forgets ${release}: it is being handed over, and nobody releases it now`,
        `  next: npx mmrv handover next ${environment} ${release}, or npx mmrv handover back ${environment} ${release}`,
      ]
    : [
        `${only}; the release is Flux's`,
        `  to release ${release}: merge the change to main, then run deploy.yml with ${environment}-releases; npx mmrv gitops diff ${environment} shows what it changes`,
      ];
}
