import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { ApplicationFoundation } from "../constructs/application-foundation";
import { ContainerRegistry } from "../constructs/container-registry";
import type { KeyVault } from "../constructs/key-vault";
import type { PrivateEndpoints, ReachableFrom } from "../constructs/private-endpoint";
import { ReplicaRegistry } from "../constructs/replica-registry";
import type { ResourceGroup } from "../constructs/resource-group";
import type { Principal } from "../constructs/role-assignment";
import { applicationNames } from "../model/applications";
import type { Environment } from "../model/environment";
import { imageJobsOf } from "../model/federation";
import { hasGitOps } from "../model/git-ops";
import { namesOf } from "../model/naming";

export interface ApplicationsGround {
  /** Copies secrets into their vaults. */
  readonly deployer: Principal;
  /** Who reaches the registry and the vaults. */
  readonly reachable: ReachableFrom;
  readonly resourceGroup: ResourceGroup;
  /** Where a replica's endpoint goes. */
  readonly endpoints: PrivateEndpoints;
  /** The id of the subscription, such as /subscriptions/…. */
  readonly subscription: string;
  readonly tenantId: string;
}

/** What applications have before their first deployment. */
export interface Applications {
  /** Of all of them. */
  readonly registry: ContainerRegistry | ReplicaRegistry;
  /** One of each, and that of Flux's credential for Git when there is one. */
  readonly vaults: readonly KeyVault[];
}

export function createApplications(
  scope: Construct,
  environment: Environment,
  ground: ApplicationsGround,
): Applications {
  const { deployer, reachable, resourceGroup, tenantId } = ground;
  const names = namesOf(environment);
  const registry = createRegistry(scope, environment, ground);
  const builtIn = environment.images.from === "build" && registry instanceof ContainerRegistry ? registry : undefined;
  const vaults = applicationNames(environment).map((application) => {
    const { pusher, vault } = new ApplicationFoundation(scope, `${application}-ground`, {
      identityName: names.applicationIdentity(application),
      pipeline: builtIn && {
        identityName: names.pushIdentity(application),
        jobs: imageJobsOf(environment, application),
        registry: builtIn,
      },
      resourceGroup,
      deployer,
      vault: { name: names.vault(application), tenantId, ...environment.vaults, network: reachable },
    });
    if (pusher) new TerraformOutput(scope, `${application}-push-client-id`, { value: pusher.clientId });
    return vault;
  });
  if (!hasGitOps(environment)) return { registry, vaults };
  // In a vault of its own: whoever takes over the pods of an application reads that of the application.
  const { vault } = new ApplicationFoundation(scope, "gitops-ground", {
    identityName: names.gitOpsIdentity,
    resourceGroup,
    deployer,
    vault: { name: names.gitOpsVault, tenantId, ...environment.vaults, network: reachable },
  });
  return { registry, vaults: [...vaults, vault] };
}

function createRegistry(
  scope: Construct,
  { pairedRegion, registry, ...environment }: Environment,
  { endpoints, reachable, resourceGroup, subscription }: ApplicationsGround,
): ContainerRegistry | ReplicaRegistry {
  const { registry: name } = namesOf({ ...environment, registry });
  switch (registry.tier) {
    case "replica": {
      const { resourceGroup: resourceGroupName } = namesOf({ ...registry, name: registry.of });
      return new ReplicaRegistry(scope, "registry", { name, resourceGroupName, subscription, endpoints });
    }
    case "Standard":
      return new ContainerRegistry(scope, "registry", { name, resourceGroup, tier: registry });
    case "Premium": {
      const tier = { ...registry, replicaRegions: registry.replica ? [pairedRegion] : [], network: reachable };
      return new ContainerRegistry(scope, "registry", { name, resourceGroup, tier });
    }
  }
}
