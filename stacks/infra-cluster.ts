import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { ContainerRegistry } from "../constructs/container-registry";
import type { Egress } from "../constructs/egress";
import type { ExistingGroup } from "../constructs/existing-group";
import { KubernetesCluster } from "../constructs/kubernetes-cluster";
import { ManagedIdentity } from "../constructs/managed-identity";
import type { LogWorkspace } from "../constructs/observability/log-workspace";
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

/** What a cluster stands on. */
export interface ClusterGround {
  readonly callers: Callers;
  readonly egress: Egress;
  readonly identities: ClusterIdentities;
  readonly perimeter: Perimeter;
  /** What pods look for once they run, besides the roles of the cluster: private endpoints and their names. */
  readonly ready: readonly TerraformResource[];
  readonly registry: ContainerRegistry;
  readonly resourceGroup: ExistingGroup;
  readonly tenantId: string;
  readonly workspace: LogWorkspace;
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
  const { callers, egress, identities, perimeter, resourceGroup, tenantId, workspace } = ground;
  const { apiServer, nodes } = perimeter.network;
  const names = namesOf(environment);
  const roles = grantRoles(ground);
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
    apiServer: { subnet: apiServer, authorizedRanges: callers },
    nodes,
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
    ready: [...roles, ...ground.ready],
  });
}

/** AKS asks for them when the cluster is created. */
function grantRoles({ identities, perimeter, registry, resourceGroup }: ClusterGround): TerraformResource[] {
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
