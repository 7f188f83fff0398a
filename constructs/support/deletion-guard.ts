import type { IAspect } from "cdktf";
import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * What loses data, addresses or trust when it is deleted: images, secrets, states, audit logs, the OIDC issuer that AWS trusts, the
 * network that private endpoints live in, the addresses in other people's allow-lists; and what users are served by:
 * releases, their namespaces, and the definitions with which all objects of their kind would go. The plan guard watches the same list, because `prevent_destroy` leaves with the block
 * it stands in.
 */
export const PROTECTED_TYPES: readonly string[] = [
  "azurerm_container_registry",
  "azurerm_key_vault",
  "azurerm_kubernetes_cluster",
  "azurerm_public_ip",
  "azurerm_storage_account",
  "azurerm_storage_container",
  "azurerm_virtual_network",
  "helm_release",
  "kubernetes_manifest",
  "kubernetes_namespace_v1",
];

/** Gives every protected resource of a stack `prevent_destroy`. */
export class DeletionGuard implements IAspect {
  visit(node: IConstruct): void {
    if (TerraformResource.isTerraformResource(node) && PROTECTED_TYPES.includes(node.terraformResourceType)) {
      node.lifecycle = { ...node.lifecycle, preventDestroy: true };
    }
  }
}
