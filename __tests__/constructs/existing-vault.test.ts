import { describe, expect, it } from "vitest";
import { ExistingVault } from "../../constructs/existing-vault";
import { ground } from "../support/provider-stack";
import { type Block, synthStack } from "../support/synth";

describe("ExistingVault", () => {
  const { json } = synthStack((stack) => {
    ground(stack);
    const vault = new ExistingVault(stack, "vault", {
      name: "kv-backend",
      resourceGroupName: "rg",
      madeBy: "the stack staging-infra",
    });
    stack.addOverride("locals", { name: vault.name, tenant: vault.tenantId });
  });

  it("says in one sentence that the vault is missing and who makes it, before the direct look-up can fail", () => {
    const [[address, found]] = Object.entries<Block>(json.data.azurerm_resources) as [[string, Block]];
    expect(found).toMatchObject({ type: "Microsoft.KeyVault/vaults", name: "kv-backend", resource_group_name: "rg" });
    expect(found.lifecycle.postcondition).toEqual([
      {
        condition: "${length(self.resources) == 1}",
        error_message:
          "The key vault kv-backend is missing in the resource group rg: it is made by the stack staging-infra.",
      },
    ]);
    expect(json.data.azurerm_key_vault.vault).toMatchObject({
      name: "kv-backend",
      resource_group_name: "rg",
      depends_on: [`data.azurerm_resources.${address}`],
    });
  });

  it("reads the tenant and no secret", () => {
    expect(json.locals).toEqual({ name: "kv-backend", tenant: "${data.azurerm_key_vault.vault.tenant_id}" });
    expect(Object.keys(json.data).sort()).toEqual(["azurerm_key_vault", "azurerm_resources"]);
    expect(Object.keys(json.resource)).toEqual(["azurerm_resource_group"]);
  });
});
