import { describe, expect, it } from "vitest";
import { RoleAssignment, roleAssignmentName } from "../../constructs/role-assignment";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("roleAssignmentName", () => {
  it("is the same UUID for ever, so that an assignment can be imported", () => {
    expect(roleAssignmentName("crmmrvstgk3m7", "AcrPull", "id-mmrv-staging-kubelet")).toBe(
      "7df54428-470e-5fa5-89c8-eb1d7def39a8",
    );
  });

  it("differs by scope, role and principal", () => {
    const names = [
      ["a", "b", "c"],
      ["x", "b", "c"],
      ["a", "x", "c"],
      ["a", "b", "x"],
    ].map(([scope, role, principal]) => roleAssignmentName(scope ?? "", role ?? "", principal ?? ""));
    expect(new Set(names).size).toBe(4);
  });
});

describe("RoleAssignment", () => {
  it.each([
    [undefined, "ServicePrincipal"],
    ["Group", "Group"],
  ] as const)("says what kind of principal it is for: %s", (type, principalType) => {
    const assignment = synthStack((stack) => {
      const { id } = ground(stack);
      new RoleAssignment(stack, "role", {
        scope: { id, name: "rg-test" },
        role: "Reader",
        principal: { name: "somebody", principalId: "5f1c0d4e-0000-4000-8000-000000000001", type },
      });
    }).one("azurerm_role_assignment");
    expect(assignment).toMatchObject({
      name: roleAssignmentName("rg-test", "Reader", "somebody"),
      principal_type: principalType,
    });
    expect(assignment).not.toHaveProperty("condition");
    expect(assignment).not.toHaveProperty("skip_service_principal_aad_check");
  });

  it("of the role that assigns roles allows those that are named, to identities, both to give and to take away", () => {
    const assignment = synthStack((stack) => {
      const { id } = ground(stack);
      new RoleAssignment(stack, "role", {
        scope: { id, name: "rg-test" },
        role: "Role Based Access Control Administrator",
        principal: { name: "deployer", principalId: "5f1c0d4e-0000-4000-8000-000000000001" },
        mayAssign: ["AcrPull", "AcrPush"],
      });
    }).one("azurerm_role_assignment");
    const ids = "{7f951dda-4ed3-4680-a7ca-43fe172d538d, 8311e382-0749-4cb8-b61a-304f252e45ec}";
    const of = (source: string, attribute: string) =>
      `@${source}[Microsoft.Authorization/roleAssignments:${attribute}]`;
    expect(assignment).toMatchObject({
      condition_version: "2.0",
      condition: [
        `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (${of("Request", "RoleDefinitionId")} ForAnyOfAnyValues:GuidEquals ${ids} AND ${of("Request", "PrincipalType")} ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}))`,
        `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR (${of("Resource", "RoleDefinitionId")} ForAnyOfAnyValues:GuidEquals ${ids}))`,
      ].join(" AND "),
    });
  });
});
