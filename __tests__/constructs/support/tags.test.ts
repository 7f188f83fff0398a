import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { Aspects } from "cdktf";
import { describe, expect, it } from "vitest";
import { TagEverything } from "../../../constructs/support/tags";
import { ground } from "../../support/provider-stack";
import { synthStack } from "../../support/synth";

describe("TagEverything", () => {
  const { one } = synthStack((stack) => {
    const { id: scope, location, name: resourceGroupName } = ground(stack);
    const { principalId } = new UserAssignedIdentity(stack, "identity", {
      name: "id",
      resourceGroupName,
      location,
      tags: { stack: "its own", owner: "somebody" },
    });
    new RoleAssignment(stack, "role", { scope, principalId, roleDefinitionName: "Reader" });
    Aspects.of(stack).add(new TagEverything({ application: "mmrv", stack: "test" }));
  });

  it("tags what takes tags", () => {
    expect(one("azurerm_resource_group").tags).toEqual({ application: "mmrv", stack: "test" });
  });

  it("lets a resource's own tag win", () => {
    expect(one("azurerm_user_assigned_identity").tags).toEqual({
      application: "mmrv",
      stack: "its own",
      owner: "somebody",
    });
  });

  it("leaves alone what takes none", () => {
    expect(one("azurerm_role_assignment")).not.toHaveProperty("tags");
  });
});
