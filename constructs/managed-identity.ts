import type { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { Construct } from "constructs";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment } from "./role-assignment";
import { createFederatedCredential } from "./support/federated-credential";
import { GITHUB_ISSUER } from "./support/github";

export interface ManagedIdentityProps {
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
}

/** A job of a GitHub repository that runs in one of its environments. */
export interface GitHubSubject {
  /** The name of the credential, unique in its identity. */
  readonly id: string;
  readonly environment: string;
  /** As owner/name, or owner@id/name@id for repositories created after 15 July 2026. */
  readonly repository: string;
}

/** One phase of the runs of an HCP Terraform workspace. */
export interface HcpSubject {
  readonly organization: string;
  readonly phase: "plan" | "apply";
  readonly project: string;
  readonly workspace: string;
}

/** A user-assigned managed identity with one purpose. */
export class ManagedIdentity extends Construct implements Principal {
  readonly name: string;
  readonly id: string;
  readonly principalId: string;
  readonly clientId: string;
  private readonly resourceGroup: ResourceGroup;
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
    this.resourceGroup = resourceGroup;
  }

  /** Lets `operator` assign this identity to machines: AKS needs it of the kubelet's identity. */
  grantOperator(operator: Principal): RoleAssignment {
    return new RoleAssignment(this, "operator", {
      scope: this,
      role: "Managed Identity Operator",
      principal: operator,
    });
  }

  /** Lets a GitHub job log in as this identity without a secret. */
  trustGitHub({ id, environment, repository }: GitHubSubject): void {
    this.trust(id, GITHUB_ISSUER, `repo:${repository}:environment:${environment}`);
  }

  /** Lets one phase of one HCP Terraform workspace log in as this identity without a secret. */
  trustHcpTerraform({ organization, phase, project, workspace }: HcpSubject): void {
    const subject = `organization:${organization}:project:${project}:workspace:${workspace}:run_phase:${phase}`;
    this.trust(`hcp-${workspace}-${phase}`, "https://app.terraform.io", subject);
  }

  /** Azure takes at most 20 credentials an identity and one write at a time, so they are chained. */
  private trust(id: string, issuer: string, subject: string): void {
    this.lastCredential = createFederatedCredential(this, id, {
      name: id,
      identity: { id: this.id, resourceGroupName: this.resourceGroup.name },
      issuer,
      subject,
      dependsOn: this.lastCredential && [this.lastCredential],
    });
  }
}
