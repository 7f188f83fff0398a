import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { override } from "./override";

export interface FederatedCredentialProps {
  /** The identity that is logged in as. */
  readonly identity: { readonly id: string; readonly resourceGroupName: string };
  readonly issuer: string;
  /** Unique in its identity. */
  readonly name: string;
  readonly subject: string;
  readonly dependsOn?: ITerraformDependable[];
}

const RENAMED = "azurerm 4.81 names it anew, warns of the old name, and 5.0 drops it; goes with bindings that know it";

/** Lets whoever has a token of this issuer and subject log in as an identity, without a secret. */
export function createFederatedCredential(
  scope: Construct,
  id: string,
  { identity, ...props }: FederatedCredentialProps,
): FederatedIdentityCredential {
  const credential = new FederatedIdentityCredential(scope, id, {
    ...props,
    audience: ["api://AzureADTokenExchange"],
    parentId: identity.id,
    resourceGroupName: identity.resourceGroupName,
  });
  override(credential, "user_assigned_identity_id", identity.id, RENAMED);
  override(credential, "parent_id", undefined, RENAMED);
  override(credential, "resource_group_name", undefined, "azurerm 4.81 reads it from the identity's id, and warns");
  return credential;
}
