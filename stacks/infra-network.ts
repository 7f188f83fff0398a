import type { Construct } from "constructs";
import { ClusterNetwork } from "../constructs/cluster-network";
import type { ReachableFrom } from "../constructs/private-endpoint";
import { PublicAddress } from "../constructs/public-address";
import type { ResourceGroup } from "../constructs/resource-group";
import type { Environment } from "../model/environment";
import { gatewayListens } from "../model/gateway";
import { namesOf } from "../model/naming";

/** The network of an environment, and every public address that others know it by. */
export interface Perimeter {
  readonly egressAddresses: readonly [PublicAddress, ...PublicAddress[]];
  /** Of the firewall, when there is one. */
  readonly firewallAddress?: PublicAddress;
  readonly gatewayAddress: PublicAddress;
  readonly network: ClusterNetwork;
  /** Of a runner next to a load balancer, which carries nodes only. */
  readonly runnerAddress?: PublicAddress;
}

export function createPerimeter(scope: Construct, environment: Environment, resourceGroup: ResourceGroup): Perimeter {
  const { addressPlan, egress, runner, zones } = environment;
  const names = namesOf(environment);
  const network = new ClusterNetwork(scope, "network", {
    name: names.network,
    resourceGroup,
    addressSpace: addressPlan.network,
    nodes: { name: names.subnets.nodes, addressPrefix: addressPlan.nodes },
    apiServer: { name: names.subnets.apiServer, addressPrefix: addressPlan.apiServer },
    privateEndpoints: { name: names.subnets.privateEndpoints, addressPrefix: addressPlan.privateEndpoints },
    runner:
      runner.kind === "none"
        ? undefined
        : { name: names.subnets.runner, addressPrefix: runner.addressPrefix, isGitHub: runner.kind === "gitHub" },
    firewall:
      egress.via === "firewall" ? { name: names.subnets.firewall, addressPrefix: addressPlan.firewall } : undefined,
  });
  const addAddress = (id: string, name: string, dnsLabel?: string) =>
    new PublicAddress(scope, id, { name, dnsLabel, resourceGroup, zones });
  const further = Array.from({ length: egress.via === "loadBalancer" ? 0 : egress.addresses - 1 }, (_, index) =>
    addAddress(`egress-address-${index + 2}`, names.furtherEgressAddress(index + 2)),
  );
  const gatewayAddress = addAddress("gateway-address", names.gatewayAddress, names.gatewayDnsLabel);
  // A gateway inside needs no rule: Azure's own lets the network in, and the firewall comes from there.
  if (gatewayListens(environment).on === "publicAddress") {
    network.nodes.allowInbound("gateway", {
      priority: 100,
      source: "Internet",
      destination: gatewayAddress.ipAddress,
      ports: ["80", "443"],
    });
  }
  const needsRunnerAddress = network.runner !== undefined && egress.via === "loadBalancer";
  return {
    network,
    egressAddresses: [addAddress("egress-address", names.egressAddress), ...further],
    gatewayAddress,
    firewallAddress: egress.via === "firewall" ? addAddress("firewall-address", names.firewallAddress) : undefined,
    runnerAddress: needsRunnerAddress ? addAddress("runner-address", names.runnerAddress) : undefined,
  };
}

/** Who reaches the API server, the registry and the vaults: nobody outside the network, or the given public ranges. */
export type Callers = readonly string[] | "private";

export function callersOf({ access }: Environment, { egressAddresses, runnerAddress }: Perimeter): Callers {
  if (access.via === "private") return "private";
  // Whoever calls a public name from inside comes from an egress address.
  const insiders = [...egressAddresses, ...(runnerAddress ? [runnerAddress] : [])];
  return [...access.ranges, ...insiders.map(({ ipAddress }) => ipAddress)];
}

/** From where a registry or vault is reached: a private endpoint for callers inside, else ranges of addresses. */
export const reachableFrom = (callers: Callers, { network }: Perimeter): ReachableFrom =>
  callers === "private" ? { privateEndpoints: network.privateEndpoints } : { allowedRanges: callers };
