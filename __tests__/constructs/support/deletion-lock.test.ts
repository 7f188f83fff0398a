import { describe, expect, it } from "vitest";
import { KeyVault } from "../../../constructs/key-vault";
import { ManagedIdentity } from "../../../constructs/managed-identity";
import { lockAgainstDeletion } from "../../../constructs/support/deletion-lock";
import { ground } from "../../support/provider-stack";
import { synthStack } from "../../support/synth";

describe("lockAgainstDeletion", () => {
  it("comes after everything that hangs on its target, so that Terraform removes it first", () => {
    const { one } = synthStack((stack) => {
      const resourceGroup = ground(stack);
      const vault = new KeyVault(stack, "vault", {
        name: "kv-test",
        resourceGroup,
        network: { allowedRanges: [] },
        purgeProtection: false,
        softDeleteDays: 7,
        tenantId: "t",
      });
      vault.grantSecretsOfficer(new ManagedIdentity(stack, "deployer", { name: "id-deploy", resourceGroup }));
      lockAgainstDeletion(vault);
    });
    expect(one("azurerm_management_lock")).toMatchObject({
      lock_level: "CanNotDelete",
      scope: "${azurerm_key_vault.vault.id}",
      depends_on: ["azurerm_key_vault.vault", expect.stringContaining("azurerm_role_assignment.vault_secrets-officer")],
    });
  });
});
