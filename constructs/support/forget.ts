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
