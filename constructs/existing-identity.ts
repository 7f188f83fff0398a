import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity";
import type { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import { Construct } from "constructs";
import type { ExistingCluster } from "./existing-cluster";
import type { Principal } from "./role-assignment";
import { createFederatedCredential } from "./support/federated-credential";
import { requireExisting } from "./support/require-existing";

export interface ExistingIdentityProps {
  readonly name: string;
  readonly resourceGroupName: string;
  /** Who makes it, as the end of "it is made by …". */
  readonly madeBy: string;
}

/** A managed identity that another stack makes, looked up by name. */
export class ExistingIdentity extends Construct implements Principal {
  readonly name: string;
  readonly principalId: string;
  readonly clientId: string;
  private readonly id: string;
  private readonly resourceGroupName: string;

  constructor(scope: Construct, id: string, { name, resourceGroupName, madeBy }: ExistingIdentityProps) {
    super(scope, id);
    const found = requireExisting(this, {
      type: "Microsoft.ManagedIdentity/userAssignedIdentities",
      name,
      resourceGroupName,
      what: "The managed identity",
      remedy: `it is made by ${madeBy}`,
    });
    const identity = new DataAzurermUserAssignedIdentity(this, "Default", {
      name,
      resourceGroupName,
      dependsOn: [found],
    });
    this.id = identity.id;
    this.name = name;
    this.principalId = identity.principalId;
    this.clientId = identity.clientId;
    this.resourceGroupName = resourceGroupName;
  }

  /** Lets the pods of one service account of a cluster log in as this identity without a secret. */
  trustServiceAccount(cluster: ExistingCluster, subject: string): FederatedIdentityCredential {
    return createFederatedCredential(this, "service-account", {
      // After the cluster, so that a second one can be trusted beside it.
      name: cluster.name,
      identity: { id: this.id, resourceGroupName: this.resourceGroupName },
      issuer: cluster.oidcIssuerUrl,
      subject,
    });
  }
}
