import { describe, expect, it } from "vitest";
import { KeyVault } from "../../constructs/key-vault";
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
});
