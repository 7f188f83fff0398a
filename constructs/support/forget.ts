import type { TerraformStack } from "cdktf";
import { override } from "./override";

/**
 * Has Terraform forget resources that stay where they are (developer.hashicorp.com/terraform/language/block/removed). The
 * blocks may stay for good: of what no state holds they say nothing.
 * @param addresses such as helm_release.release; none of them may still be a resource of the stack
 */
export function forget(stack: TerraformStack, addresses: readonly string[]): void {
  if (addresses.length === 0) return;
  const removed = addresses.map((from) => ({ from, lifecycle: { destroy: false } }));
  override(stack, "removed", removed, "CDKTF has no class for removed blocks");
}

/** The providers of what is in a cluster, as the bindings pin them. */
export const CLUSTER_PROVIDERS: Readonly<Record<string, string>> = { helm: "3.1.1", kubernetes: "2.38.0" };

/**
 * Names the providers of what is forgotten, without a way into the cluster: Terraform starts them to read what its state has,
 * and asks nobody. Unnamed it would take the newest that the registry has.
 */
export function pinForgotten(stack: TerraformStack, addresses: readonly string[]): void {
  for (const [source, version] of Object.entries(CLUSTER_PROVIDERS))
    if (addresses.some((address) => address.startsWith(`${source}_`)))
      override(
        stack,
        `terraform.required_providers.${source}`,
        { source, version },
        "CDKTF names a provider only together with its configuration",
      );
}
