import { Construct } from "constructs";
import type { ContainerRegistry } from "./container-registry";
import { KeyVault, type KeyVaultProps } from "./key-vault";
import { type GitHubSubject, ManagedIdentity } from "./managed-identity";
import type { ResourceGroup } from "./resource-group";
import type { Principal } from "./role-assignment";

export interface ApplicationGroundProps {
  /** Copies the application's secrets into its vault. */
  readonly deployer: Principal;
  /** The name of the identity that the application's pods run as. */
  readonly identityName: string;
  /** The jobs that may push the application's images, as GitHub names them. */
  readonly pushedFrom: readonly GitHubSubject[];
  readonly pushIdentityName: string;
  readonly registry: ContainerRegistry;
  readonly resourceGroup: ResourceGroup;
  readonly vault: Omit<KeyVaultProps, "resourceGroup">;
}

/** What an application has before its first deployment: an identity, a vault that it reads, and a pipeline that may push its images. */
export class ApplicationGround extends Construct {
  readonly vault: KeyVault;

  constructor(scope: Construct, id: string, props: ApplicationGroundProps) {
    super(scope, id);
    const { deployer, identityName, pushedFrom, pushIdentityName, registry, resourceGroup, vault } = props;
    const identity = new ManagedIdentity(this, "identity", { name: identityName, resourceGroup });
    const pipeline = new ManagedIdentity(this, "push-identity", { name: pushIdentityName, resourceGroup });
    for (const subject of pushedFrom) pipeline.trustGitHub(subject);
    registry.grantPush(`${id}-push`, pipeline);
    this.vault = new KeyVault(this, "vault", { ...vault, resourceGroup });
    this.vault.grantSecretsOfficer(deployer);
    this.vault.grantRead(identity);
  }
}
