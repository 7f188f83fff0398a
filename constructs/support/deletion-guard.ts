import type { IAspect } from "cdktf";
import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * Types whose deletion loses something that an apply cannot bring back, or not in time:
 * - data: images, secrets, states, audit logs, eighteen months of metrics;
 * - trust and addresses: the OIDC issuer that AWS trusts, the network of the private endpoints, addresses in others' allow-lists;
 * - what users are served by: the records that lead them here, Flux and what it delivers, releases, their namespaces, and custom resource definitions, with which all their objects go.
 *
 * `prevent_destroy` is lost together with the block that it stands in, so the plan guard watches the same list.
 */
export const PROTECTED_TYPES: readonly string[] = [
  "aws_route53_record",
  "azurerm_container_registry",
  "azurerm_key_vault",
  "azurerm_kubernetes_cluster",
  "azurerm_kubernetes_cluster_extension",
  "azurerm_kubernetes_flux_configuration",
  "azurerm_monitor_workspace",
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
