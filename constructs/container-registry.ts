import { ContainerRegistry as AzurermContainerRegistry } from "@cdktf/provider-azurerm/lib/container-registry";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { ReachableFrom } from "./private-endpoint";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";
import { override } from "./support/override";
import { withPrefix } from "./support/ranges";

/** Only Premium has retention, replicas, a data endpoint and a private address. */
export type RegistryTier =
  | { readonly tier: "Standard" }
  | {
      readonly tier: "Premium";
      readonly dedicatedDataEndpoint: boolean;
      readonly untaggedRetentionDays: number;
      /** Regions that also serve the images, under the same login server. */
      readonly replicaRegions: readonly string[];
      readonly network: ReachableFrom;
    };

export interface ContainerRegistryProps {
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
  readonly tier: RegistryTier;
}

/** A registry without an admin user: pulling and pushing are roles. */
export class ContainerRegistry extends Construct implements Scope {
  readonly id: string;
  readonly name: string;
  /** Its private endpoint, if it has one. */
  readonly endpoints: readonly TerraformResource[];
  /** What a firewall must let out to pull from it; none with a private endpoint. */
  readonly publicHosts: readonly string[];

  constructor(scope: Construct, id: string, { name, resourceGroup, tier }: ContainerRegistryProps) {
    super(scope, id);
    const network = tier.tier === "Premium" ? tier.network : undefined;
    const endpoints = network && "privateEndpoints" in network ? network.privateEndpoints : undefined;
    const registry = new AzurermContainerRegistry(this, "Default", {
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      sku: tier.tier,
      adminEnabled: false,
      anonymousPullEnabled: false,
      publicNetworkAccessEnabled: endpoints === undefined,
      ...(tier.tier === "Premium" && {
        dataEndpointEnabled: tier.dedicatedDataEndpoint,
        retentionPolicyInDays: tier.untaggedRetentionDays,
        // Set at birth: changing it replaces the registry.
        zoneRedundancyEnabled: true,
        // Azure refuses to forbid exports while the registry is public.
        exportPolicyEnabled: endpoints === undefined,
        networkRuleSet:
          network && "allowedRanges" in network
            ? [
                {
                  defaultAction: "Deny",
                  ipRule: network.allowedRanges.map((range) => ({ action: "Allow", ipRange: withPrefix(range) })),
                },
              ]
            : undefined,
        georeplications: tier.replicaRegions.map((location) => ({ location, zoneRedundancyEnabled: true })),
      }),
    });
    // What the provider and Azure assume today, stated: a default that moves would change who may pull.
    override(registry, "azuread_authentication_as_arm_policy_enabled", true, `${NEWER}; AKS logs in with such a token`);
    override(
      registry,
      "role_assignment_mode",
      "LegacyRegistryPermissions",
      `${NEWER}; why not by repository: decision 19`,
    );
    this.id = registry.id;
    this.name = name;
    this.endpoints = endpoints ? [endpoints.attach(this, "registry")] : [];
    this.publicHosts = endpoints ? [] : hostsOf(name, resourceGroup.location, tier);
  }

  /** For the kubelet's identity: every node pulls with it. */
  grantPull(puller: Principal): RoleAssignment {
    return new RoleAssignment(this, "pull", { scope: this, role: "AcrPull", principal: puller });
  }

  /** For an application's image pipeline, and nothing else. */
  grantPush(id: string, pipeline: Principal): RoleAssignment {
    return new RoleAssignment(this, id, { scope: this, role: "AcrPush", principal: pipeline });
  }
}

/**
 * Layers come from the registry's storage. Without a data endpoint of our own that is any account in Azure, which is a
 * way out for data: learn.microsoft.com/azure/container-registry/container-registry-dedicated-data-endpoints.
 */
function hostsOf(name: string, region: string, tier: RegistryTier): string[] {
  if (tier.tier === "Standard" || !tier.dedicatedDataEndpoint) return [`${name}.azurecr.io`, "*.blob.core.windows.net"];
  const regions = [region, ...tier.replicaRegions];
  return [`${name}.azurecr.io`, ...regions.map((served) => `${name}.${served}.data.azurecr.io`)];
}

const NEWER = "the bindings do not know it";
