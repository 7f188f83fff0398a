import { RoleAssignment as AzurermRoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { Construct } from "constructs";
import { v5 as uuidv5 } from "uuid";

/** Something with an Azure id that a role can be given on. */
export interface Scope {
  readonly id: string;
  /** Known at synthesis, unlike the id. */
  readonly name: string;
}

/** A service principal: a managed identity of ours, or one that was looked up. */
export interface Principal {
  /** Unique in the tenant: the names of role assignments are, and are made from it. */
  readonly name: string;
  readonly principalId: string;
}

export interface RoleAssignmentProps {
  readonly principal: Principal;
  /** A built-in role by name: learn.microsoft.com/azure/role-based-access-control/built-in-roles. */
  readonly role: string;
  readonly scope: Scope;
}

/** Any UUID does, as long as it never changes. */
const NAMESPACE = "6f1d2a53-6c1f-5d2e-9a76-0d5f6b0a9f11";

/** The name of a role assignment: a UUIDv5 of scope, role and principal, so that it can be computed and imported. */
export const roleAssignmentName = (scope: string, role: string, principal: string): string =>
  uuidv5(`${scope}|${role}|${principal}`, NAMESPACE);

/** One role of one principal on one scope. Made by the scope's owner (`registry.grantPull`), never by a stack. */
export class RoleAssignment extends Construct {
  readonly resource: AzurermRoleAssignment;

  constructor(scope: Construct, id: string, { principal, role, scope: on }: RoleAssignmentProps) {
    super(scope, id);
    this.resource = new AzurermRoleAssignment(this, "Default", {
      name: roleAssignmentName(on.name, role, principal.name),
      scope: on.id,
      roleDefinitionName: role,
      principalId: principal.principalId,
      // Without it Azure looks the principal up in Entra and fails while a new identity is still spreading.
      principalType: "ServicePrincipal",
    });
  }
}
