import type { TerraformStack } from "cdktf";
import { Egress, type EgressShape } from "../../constructs/egress";
import { KubernetesCluster, type KubernetesClusterProps } from "../../constructs/kubernetes-cluster";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { Network } from "../../constructs/network";
import { LogWorkspace } from "../../constructs/observability/log-workspace";
import { PublicAddress } from "../../constructs/public-address";
import { EXISTING_GROUP, provider } from "./provider-stack";

export type ClusterOptions = Partial<
  Omit<KubernetesClusterProps, "apiServer"> & Pick<KubernetesClusterProps["apiServer"], "authorizedRanges">
>;

/** The smallest cluster that the constructs make, but for what is chosen. */
export function cluster(
  stack: TerraformStack,
  shape: EgressShape,
  { authorizedRanges = ["203.0.113.0/29"], ...more }: ClusterOptions = {},
): KubernetesCluster {
  provider(stack);
  // The versions that run are looked up in a plan, in a group that is there before.
  const resourceGroup = EXISTING_GROUP;
  const network = new Network(stack, "network", { name: "vnet", resourceGroup, addressSpace: "10.0.0.0/16" });
  const nodes = network.addSubnet("nodes", { name: "snet-nodes", addressPrefix: "10.0.0.0/24" });
  const api = network.addSubnet("api", {
    name: "snet-api",
    addressPrefix: "10.0.1.0/28",
    delegateTo: "Microsoft.ContainerService/managedClusters",
  });
  const identity = new ManagedIdentity(stack, "identity", { name: "id-cluster", resourceGroup });
  const kubelet = new ManagedIdentity(stack, "kubelet", { name: "id-kubelet", resourceGroup });
  const address = new PublicAddress(stack, "address", { name: "pip", resourceGroup, zones: [] });
  const weekly = { dayOfWeek: "Sunday", startTime: "01:00", utcOffset: "+00:00", durationHours: 4 };
  const pool = { vmSize: "Standard_D4ds_v5", osDiskGb: 100, minCount: 1, maxCount: 2 };
  return new KubernetesCluster(stack, "cluster", {
    name: "aks",
    dnsPrefix: "aks",
    resourceGroup,
    nodeResourceGroup: "rg-nodes",
    version: "1.35",
    upgradeChannel: "patch",
    tier: "Free",
    costAnalysis: false,
    tenantId: "5f1c0d4e-0000-4000-8000-7e6e5f6d6d76",
    adminGroupObjectIds: ["5f1c0d4e-0000-4000-8000-000000000001"],
    identity,
    kubeletIdentity: kubelet,
    apiServer: { subnet: api, authorizedRanges },
    nodes,
    podCidr: "10.128.0.0/16",
    serviceCidr: "10.1.0.0/20",
    egress: new Egress(stack, "egress", {
      shape,
      addresses: [address],
      cluster: identity,
      natGatewayName: "ng",
      resourceGroup,
      nodes,
    }),
    nodePools: [
      { name: "system1", mode: "System", ...pool },
      { name: "apps1", mode: "User", ...pool },
    ],
    zones: [],
    hostEncryption: false,
    imageCleanerHours: 48,
    defender: false,
    prometheus: false,
    maintenance: { cluster: weekly, nodes: weekly, freezes: [] },
    workspace: new LogWorkspace(stack, "logs", { name: "log-test", resourceGroup, retentionDays: 30 }),
    ready: [
      address.grantUse(identity),
      nodes.grantJoin("join", identity),
      api.grantJoin("join", identity),
      kubelet.grantOperator(identity),
    ].map(({ resource }) => resource),
    ...more,
  });
}
