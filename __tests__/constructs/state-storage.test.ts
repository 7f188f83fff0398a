import { describe, expect, it } from "vitest";
import { states } from "../support/storage-fixture";

describe("StateStorage", () => {
  const { one, all } = states();
  const roles = all("azurerm_role_assignment").map(
    ({ role_definition_name, principal_type, scope }) => `${role_definition_name}, ${principal_type}: ${scope}`,
  );

  it("keeps every version of a state, and what was deleted", () => {
    expect(one("azurerm_storage_account")).toMatchObject({
      account_replication_type: "GZRS",
      blob_properties: {
        versioning_enabled: true,
        delete_retention_policy: { days: 30 },
        container_delete_retention_policy: { days: 30 },
      },
    });
  });

  it("gives each environment a container that its identities alone reach, and people all of it", () => {
    const container = expect.stringContaining("azurerm_storage_container.");
    expect(one("azurerm_storage_container")).toMatchObject({
      name: "staging",
      storage_account_id: "${azurerm_storage_account.states.id}",
    });
    expect(roles).toHaveLength(3);
    expect(roles).toContain("Storage Blob Data Contributor, Group: ${azurerm_storage_account.states.id}");
    expect(all("azurerm_role_assignment")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          role_definition_name: "Storage Blob Data Reader",
          principal_id: "${azurerm_user_assigned_identity.plan.principal_id}",
          scope: container,
        }),
        expect.objectContaining({
          role_definition_name: "Storage Blob Data Contributor",
          principal_id: "${azurerm_user_assigned_identity.deploy.principal_id}",
          scope: container,
        }),
      ]),
    );
  });
});
