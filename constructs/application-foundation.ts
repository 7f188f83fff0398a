import { Construct } from "constructs";
import type { ContainerRegistry } from "./container-registry";
import { KeyVault, type KeyVaultProps } from "./key-vault";
import { type GitHubSubject, ManagedIdentity } from "./managed-identity";
import type { ResourceGroup } from "./resource-group";
import type { Principal } from "./role-assignment";

export interface ApplicationFoundationProps {
  /** Copies the application's secrets into its vault. */
  readonly deployer: Principal;
  /** The name of the identity that the application's pods run as. */
  readonly identityName: string;
  /** The pipeline that may push the application's images: its jobs, as GitHub names them. @default none: they are promoted */
  readonly pipeline?: { readonly identityName: string; readonly jobs: readonly GitHubSubject[] };
  readonly registry: ContainerRegistry;
  readonly resourceGroup: ResourceGroup;
  readonly vault: Omit<KeyVaultProps, "resourceGroup">;
}

/** What an application, or Flux, has before its first deployment: an identity, a vault that it reads, and the pipeline that may push its images. */
export class ApplicationFoundation extends Construct {
  readonly vault: KeyVault;
  /** Who pushes its images, if a pipeline does. */
  readonly pusher?: ManagedIdentity;

  constructor(scope: Construct, id: string, props: ApplicationFoundationProps) {
    super(scope, id);
    const { deployer, identityName, pipeline, registry, resourceGroup, vault } = props;
    const identity = new ManagedIdentity(this, "identity", { name: identityName, resourceGroup });
    if (pipeline) {
      this.pusher = new ManagedIdentity(this, "push-identity", { name: pipeline.identityName, resourceGroup });
      for (const job of pipeline.jobs) this.pusher.trustGitHub(job);
      registry.grantPush(`${id}-push`, this.pusher);
    }
    this.vault = new KeyVault(this, "vault", { ...vault, resourceGroup });
    this.vault.grantSecretsOfficer(deployer);
    this.vault.grantRead(identity);
  }
}
