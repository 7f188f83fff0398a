import { ManagementLock } from "@cdktf/provider-azurerm/lib/management-lock";
import { TerraformResource } from "cdktf";
import type { Construct } from "constructs";

/**
 * An Azure lock on what `owner` made, against deletion in the portal and the CLI. Call it last: everything below
 * `owner` (role assignments, diagnostic settings, endpoints) is made before the lock and removed after it, because
 * Azure refuses to delete anything under a lock and Terraform does not retry that (`ScopeLocked`).
 */
export function lockAgainstDeletion(owner: Construct & { readonly id: string }): ManagementLock {
  const dependents = owner.node.findAll().filter((node) => TerraformResource.isTerraformResource(node));
  return new ManagementLock(owner, "lock", {
    name: "do-not-delete",
    scope: owner.id,
    lockLevel: "CanNotDelete",
    notes: "Managed by Terraform, which removes it before a planned teardown.",
    dependsOn: dependents,
  });
}
