import { RoleAssignment as AzurermRoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { Construct } from "constructs";
import { v5 as uuidv5 } from "uuid";
import { BUILT_IN_ROLES, type Role } from "./support/roles";

/** Something with an Azure id that a role can be given on. */
export interface Scope {
  readonly id: string;
  /** Known at synthesis, unlike the id. */
  readonly name: string;
}

/** A managed identity of ours, one that was looked up, or a group of people. */
export interface Principal {
  /** Unique in the tenant: the names of role assignments are, and are made from it. */
  readonly name: string;
  readonly principalId: string;
  /** @default ServicePrincipal, which every managed identity is */
  readonly type?: "ServicePrincipal" | "Group";
}

export interface RoleAssignmentProps {
  readonly principal: Principal;
  readonly role: Role;
  readonly scope: Scope;
  /** For the role that assigns roles: the only ones that it may assign. @default no limit */
  readonly mayAssign?: readonly Role[];
}

/** Any UUID does, as long as it never changes. */
const NAMESPACE = "6f1d2a53-6c1f-5d2e-9a76-0d5f6b0a9f11";

/** The name of a role assignment: a UUIDv5 of scope, role and principal, so that it can be computed and imported. */
export const roleAssignmentName = (scope: string, role: string, principal: string): string =>
  uuidv5(`${scope}|${role}|${principal}`, NAMESPACE);

/** One role of one principal on one scope. Made by the scope's owner (`registry.grantPull`), never by a stack. */
export class RoleAssignment extends Construct {
  readonly resource: AzurermRoleAssignment;

  constructor(scope: Construct, id: string, { mayAssign, principal, role, scope: on }: RoleAssignmentProps) {
    super(scope, id);
    this.resource = new AzurermRoleAssignment(this, "Default", {
      name: roleAssignmentName(on.name, role, principal.name),
      scope: on.id,
      roleDefinitionName: role,
      principalId: principal.principalId,
      // Without it Azure looks the principal up in Entra and fails while a new identity is still spreading.
      principalType: principal.type ?? "ServicePrincipal",
      ...(mayAssign && { condition: onlyThese(mayAssign), conditionVersion: "2.0" }),
    });
  }
}

/**
 * A condition that lets a holder give and take away these roles only, and give them to identities only; so it cannot
 * make itself owner. Language: learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples.
 */
function onlyThese(roles: readonly Role[]): string {
  const ids = roles.map((role) => BUILT_IN_ROLES[role]).join(", ");
  const attribute = (source: string, name: string) => `@${source}[Microsoft.Authorization/roleAssignments:${name}]`;
  const write = [
    `${attribute("Request", "RoleDefinitionId")} ForAnyOfAnyValues:GuidEquals {${ids}}`,
    `${attribute("Request", "PrincipalType")} ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}`,
  ].join(" AND ");
  const remove = `${attribute("Resource", "RoleDefinitionId")} ForAnyOfAnyValues:GuidEquals {${ids}}`;
  return [
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (${write}))`,
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR (${remove}))`,
  ].join(" AND ");
}
