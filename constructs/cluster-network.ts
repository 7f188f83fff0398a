import { Construct } from "constructs";
import { Network, type Subnet } from "./network";
import { PrivateEndpoints } from "./private-endpoint";
import type { ResourceGroup } from "./resource-group";

export interface SubnetPlan {
  readonly addressPrefix: string;
  readonly name: string;
}

export interface ClusterNetworkProps {
  readonly addressSpace: string;
  readonly apiServer: SubnetPlan;
  /** @default no firewall */
  readonly firewall?: SubnetPlan;
  readonly name: string;
  readonly nodes: SubnetPlan;
  readonly privateEndpoints: SubnetPlan;
  readonly resourceGroup: ResourceGroup;
  /** Whoever deploys from inside: GitHub's machines are injected by a service, an agent is a machine of ours. @default none */
  readonly runner?: SubnetPlan & { readonly isGitHub: boolean };
}

/** The network of a cluster: subnets for nodes, API server and private endpoints, and for a runner and a firewall. */
export class ClusterNetwork extends Construct {
  readonly nodes: Subnet;
  readonly apiServer: Subnet;
  readonly privateEndpoints: PrivateEndpoints;
  /** The runner's subnet; undefined without a runner. */
  readonly runner?: Subnet;
  /** The firewall's subnet; undefined without one. */
  readonly firewall?: Subnet;
  readonly network: Network;

  constructor(scope: Construct, id: string, props: ClusterNetworkProps) {
    super(scope, id);
    const { addressSpace, apiServer, firewall, name, nodes, privateEndpoints, resourceGroup, runner } = props;
    const network = new Network(this, "Default", { name, resourceGroup, addressSpace });
    this.network = network;
    this.nodes = network.addSubnet("nodes", nodes);
    // Azure's own rules let the nodes in (VirtualNetwork) and the load balancer's probes: the subnet needs no others.
    this.apiServer = network.addSubnet("api-server", {
      ...apiServer,
      delegateTo: "Microsoft.ContainerService/managedClusters",
    });
    const endpoints = network.addSubnet("endpoints", privateEndpoints);
    this.privateEndpoints = new PrivateEndpoints(this, "private-endpoints", { network, subnet: endpoints });
    if (runner) {
      this.runner = network.addSubnet("runner", {
        ...runner,
        delegateTo: runner.isGitHub ? "GitHub.Network/networkSettings" : undefined,
      });
    }
    if (firewall) this.firewall = network.addSubnet("firewall", { ...firewall, securityGroup: false });
    // Azure writes to a network once at a time ("AnotherOperationInProgress"): AKS joins when all subnets are done.
    for (const subnet of [this.apiServer, endpoints, this.runner, this.firewall])
      this.nodes.ready.push(...(subnet?.ready ?? []));
  }
}
