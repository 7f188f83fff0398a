import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { ApplicationFoundation } from "../constructs/application-foundation";
import { ContainerRegistry, type RegistryTier } from "../constructs/container-registry";
import type { KeyVault } from "../constructs/key-vault";
import type { ReachableFrom } from "../constructs/private-endpoint";
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
  readonly tenantId: string;
}

/** What applications have before their first deployment. */
export interface Applications {
  /** Of all of them. */
  readonly registry: ContainerRegistry;
  /** One of each, and that of Flux's credential for Git when there is one. */
  readonly vaults: readonly KeyVault[];
}

export function createApplications(
  scope: Construct,
  environment: Environment,
  { deployer, reachable, resourceGroup, tenantId }: ApplicationsGround,
): Applications {
  const names = namesOf(environment);
  const registry = new ContainerRegistry(scope, "registry", {
    name: names.registry,
    resourceGroup,
    tier: registryTier(environment, reachable),
  });
  const isBuilt = environment.images.from === "build";
  const vaults = applicationNames(environment).map((application) => {
    const { pusher, vault } = new ApplicationFoundation(scope, `${application}-ground`, {
      identityName: names.applicationIdentity(application),
      pipeline: isBuilt
        ? { identityName: names.pushIdentity(application), jobs: imageJobsOf(environment, application) }
        : undefined,
      registry,
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
    registry,
    resourceGroup,
    deployer,
    vault: { name: names.gitOpsVault, tenantId, ...environment.vaults, network: reachable },
  });
  return { registry, vaults: [...vaults, vault] };
}

function registryTier({ registry, pairedRegion }: Environment, network: ReachableFrom): RegistryTier {
  if (registry.tier === "Standard") return registry;
  return { ...registry, replicaRegions: registry.replica ? [pairedRegion] : [], network };
}
