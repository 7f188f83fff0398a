import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { Construct } from "constructs";
import { type Principal, RoleAssignment } from "./role-assignment";

export interface ManagedIdentityProps {
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
}

/** A user-assigned managed identity with one purpose. */
export class ManagedIdentity extends Construct implements Principal {
  readonly name: string;
  readonly id: string;
  readonly principalId: string;
  readonly clientId: string;
  private lastCredential?: FederatedIdentityCredential;

  constructor(scope: Construct, id: string, { name, resourceGroup }: ManagedIdentityProps) {
    super(scope, id);
    const identity = new UserAssignedIdentity(this, "Default", {
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
    });
    this.name = name;
    this.id = identity.id;
    this.principalId = identity.principalId;
    this.clientId = identity.clientId;
    this.resourceGroupName = resourceGroup.name;
  }

  private readonly resourceGroupName: string;

  /** Lets `operator` assign this identity to machines: AKS needs it of the kubelet's identity. */
  grantOperator(operator: Principal): RoleAssignment {
    return new RoleAssignment(this, "operator", {
      scope: this,
      role: "Managed Identity Operator",
      principal: operator,
    });
  }

  /**
   * Lets a GitHub job that runs in `environment` log in as this identity without a secret. Azure takes at most 20
   * credentials an identity and one write at a time, so they are chained.
   */
  trustGitHub(id: string, { repository, environment }: { repository: string; environment: string }): void {
    this.lastCredential = new FederatedIdentityCredential(this, id, {
      name: id,
      resourceGroupName: this.resourceGroupName,
      parentId: this.id,
      issuer: "https://token.actions.githubusercontent.com",
      audience: ["api://AzureADTokenExchange"],
      subject: `repo:${repository}:environment:${environment}`,
      dependsOn: this.lastCredential && [this.lastCredential],
    });
  }
}
