import { describe, expect, it } from "vitest";
import { ExistingGroup } from "../../constructs/existing-group";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { roleAssignmentName } from "../../constructs/role-assignment";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

const SUBSCRIPTION = "/subscriptions/3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11";

describe("ExistingGroup", () => {
  let made: ExistingGroup | undefined;
  const { json, one } = synthStack((stack) => {
    const resourceGroup = ground(stack);
    made = new ExistingGroup(stack, "existing", {
      name: "rg-mmrv-staging",
      location: "eastus2",
      subscription: SUBSCRIPTION,
    });
    made.grantList(new ManagedIdentity(stack, "identity", { name: "id-cluster", resourceGroup }));
  });

  it("has the id that its name makes, and is looked up by nobody", () => {
    expect([made?.id, made?.name, made?.location]).toEqual([
      `${SUBSCRIPTION}/resourceGroups/rg-mmrv-staging`,
      "rg-mmrv-staging",
      "eastus2",
    ]);
    expect(json).not.toHaveProperty("data");
    expect(Object.keys(json.resource).sort()).toEqual([
      "azurerm_resource_group",
      "azurerm_role_assignment",
      "azurerm_user_assigned_identity",
    ]);
  });

  it("lets a cluster list what is in it by the role that reads, at the group and not at one address", () => {
    const { "//": _, ...assignment } = one("azurerm_role_assignment");
    expect(assignment).toEqual({
      name: roleAssignmentName("rg-mmrv-staging", "Reader", "id-cluster"),
      principal_id: "${azurerm_user_assigned_identity.identity.principal_id}",
      principal_type: "ServicePrincipal",
      role_definition_name: "Reader",
      scope: `${SUBSCRIPTION}/resourceGroups/rg-mmrv-staging`,
    });
  });
});
