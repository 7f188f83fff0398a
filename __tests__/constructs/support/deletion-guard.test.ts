import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { Aspects } from "cdktf";
import { describe, expect, it } from "vitest";
import { DeletionGuard, PROTECTED_TYPES } from "../../../constructs/support/deletion-guard";
import { ground } from "../../support/provider-stack";
import { synthStack } from "../../support/synth";

describe("DeletionGuard", () => {
  const { one } = synthStack((stack) => {
    const { location, name: resourceGroupName } = ground(stack);
    const place = { resourceGroupName, location };
    new KeyVault(stack, "vault", {
      ...place,
      name: "kv",
      skuName: "standard",
      tenantId: "t",
      lifecycle: { ignoreChanges: ["tags"] },
    });
    new UserAssignedIdentity(stack, "identity", { ...place, name: "id" });
    Aspects.of(stack).add(new DeletionGuard());
  });

  it("keeps Terraform from destroying what is protected, and leaves the rest of its lifecycle", () => {
    expect(one("azurerm_key_vault").lifecycle).toEqual({ prevent_destroy: true, ignore_changes: ["tags"] });
  });

  it("leaves everything else free to go", () => {
    expect(one("azurerm_user_assigned_identity")).not.toHaveProperty("lifecycle");
  });
});

describe("PROTECTED_TYPES", () => {
  it("are data, trust, addresses, and what users are served by", () => {
    // The plan guard watches this list: whoever shortens it takes a protection from every pipeline.
    expect(PROTECTED_TYPES).toEqual([
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
    ]);
  });
});
