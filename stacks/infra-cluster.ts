import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { ImageRegistry } from "../constructs/container-registry";
import type { Outbound } from "../constructs/egress";
import type { ExistingGroup } from "../constructs/existing-group";
import { KubernetesCluster } from "../constructs/kubernetes-cluster";
import { ManagedIdentity } from "../constructs/managed-identity";
import type { OurSubnet } from "../constructs/network";
import type { ResourceGroup } from "../constructs/resource-group";
import type { Environment } from "../model/environment";
import { namesOf } from "../model/naming";
import type { Callers, Perimeter } from "./infra-network";

/** Who a cluster is to others. */
export interface ClusterIdentities {
  readonly cluster: ManagedIdentity;
  /** Pulls images on every node. */
  readonly kubelet: ManagedIdentity;
}

/** What a cluster stands on, made here or by another stack. */
export interface ClusterGround {
  readonly callers: Callers;
  readonly egress: Outbound;
  readonly identities: {
    readonly cluster: { readonly id: string };
    readonly kubelet: { readonly id: string; readonly clientId: string; readonly principalId: string };
  };
  /** What must exist before it: its roles, and what pods look for once they run, private endpoints and their names. */
  readonly ready: readonly TerraformResource[];
  readonly resourceGroup: ResourceGroup;
  readonly subnets: { readonly apiServer: OurSubnet; readonly nodes: OurSubnet };
  readonly tenantId: string;
  readonly workspace: { readonly id: string };
}

/** Made before the registry and the egress, which give them roles. */
export function createClusterIdentities(
  scope: Construct,
  environment: Environment,
  resourceGroup: ResourceGroup,
): ClusterIdentities {
  const { clusterIdentity, kubeletIdentity } = namesOf(environment);
  return {
    cluster: new ManagedIdentity(scope, "cluster-identity", { name: clusterIdentity, resourceGroup }),
    kubelet: new ManagedIdentity(scope, "kubelet-identity", { name: kubeletIdentity, resourceGroup }),
  };
}

export function createCluster(scope: Construct, environment: Environment, ground: ClusterGround): KubernetesCluster {
  const { addressPlan, kubernetes, zones } = environment;
  const { callers, egress, identities, ready, resourceGroup, subnets, tenantId, workspace } = ground;
  const names = namesOf(environment);
  return new KubernetesCluster(scope, "cluster", {
    name: names.cluster,
    dnsPrefix: names.clusterDnsPrefix,
    resourceGroup,
    nodeResourceGroup: names.nodeResourceGroup,
    ...kubernetes,
    tenantId,
    adminGroupObjectIds: environment.adminGroupObjectIds,
    identity: identities.cluster,
    kubeletIdentity: identities.kubelet,
    apiServer: { subnet: subnets.apiServer, authorizedRanges: callers },
    nodes: subnets.nodes,
    podCidr: addressPlan.pods,
    serviceCidr: addressPlan.services,
    egress,
    nodePools: environment.nodePools,
    zones,
    hostEncryption: environment.hostEncryption,
    imageCleanerHours: environment.imageCleanerHours,
    defender: environment.defender,
    prometheus: environment.prometheus,
    maintenance: environment.maintenance,
    workspace,
    ready,
  });
}

/** What a cluster's identities are given roles on. */
export interface RolesGround {
  readonly identities: ClusterIdentities;
  readonly perimeter: Perimeter;
  readonly registry: ImageRegistry;
  readonly resourceGroup: ExistingGroup;
}

/** AKS asks for them when the cluster is created. */
export function grantRoles({ identities, perimeter, registry, resourceGroup }: RolesGround): TerraformResource[] {
  const { cluster, kubelet } = identities;
  const { egressAddresses, gatewayAddress, network } = perimeter;
  return [
    network.nodes.grantJoin("join", cluster),
    network.apiServer.grantJoin("join", cluster),
    gatewayAddress.grantUse(cluster),
    resourceGroup.grantList(cluster),
    // In every shape, though only the load balancer needs it: under a lock Azure would not let it go.
    egressAddresses[0].grantUse(cluster),
    kubelet.grantOperator(cluster),
    registry.grantPull(kubelet),
  ].map((assignment) => assignment.resource);
}
