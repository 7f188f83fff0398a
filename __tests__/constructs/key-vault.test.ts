import { describe, expect, it } from "vitest";
import { KeyVault } from "../../constructs/key-vault";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { endpointsOf } from "../support/network-fixture";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

const VAULT = { name: "kv-test", purgeProtection: true, softDeleteDays: 90, tenantId: "t" };

describe("KeyVault", () => {
  it("uses roles, and denies whoever is not in its ranges", () => {
    const { one } = synthStack((stack) => {
      new KeyVault(stack, "vault", {
        ...VAULT,
        resourceGroup: ground(stack),
        network: { allowedRanges: ["203.0.113.0/29"] },
      });
    });
    expect(one("azurerm_key_vault")).toMatchObject({
      rbac_authorization_enabled: true,
      purge_protection_enabled: true,
      soft_delete_retention_days: 90,
      network_acls: { default_action: "Deny", bypass: "AzureServices", ip_rules: ["203.0.113.0/29"] },
    });
  });

  it("is closed to the public once it has a private address, and to everybody who is not let in", () => {
    const { one } = synthStack((stack) => {
      const { endpoints, resourceGroup } = endpointsOf(stack);
      const vault = new KeyVault(stack, "vault", { ...VAULT, resourceGroup, network: { privateEndpoints: endpoints } });
      expect(vault.endpoints).toHaveLength(1);
    });
    expect(one("azurerm_key_vault")).toMatchObject({
      public_network_access_enabled: false,
      network_acls: { default_action: "Deny", ip_rules: [] },
    });
    expect(one("azurerm_private_endpoint").private_service_connection.subresource_names).toEqual(["vault"]);
  });

  it("lets an application read and a pipeline write, by roles on itself; and gives access by no policy", () => {
    const { all, one } = synthStack((stack) => {
      const resourceGroup = ground(stack);
      const vault = new KeyVault(stack, "vault", { ...VAULT, resourceGroup, network: { allowedRanges: [] } });
      expect(vault.endpoints).toEqual([]);
      vault.grantRead(new ManagedIdentity(stack, "app", { name: "id-app", resourceGroup }));
      vault.grantSecretsOfficer(new ManagedIdentity(stack, "deployer", { name: "id-deploy", resourceGroup }));
    });
    expect(
      all("azurerm_role_assignment").map(({ principal_id, role_definition_name, scope }) => [
        principal_id,
        role_definition_name,
        scope,
      ]),
    ).toEqual([
      ["${azurerm_user_assigned_identity.app.principal_id}", "Key Vault Secrets User", "${azurerm_key_vault.vault.id}"],
      [
        "${azurerm_user_assigned_identity.deployer.principal_id}",
        "Key Vault Secrets Officer",
        "${azurerm_key_vault.vault.id}",
      ],
    ]);
    expect(one("azurerm_key_vault")).not.toHaveProperty("access_policy");
    expect(all("azurerm_key_vault_secret")).toEqual([]);
  });
});
