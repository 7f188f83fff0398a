import type { TerraformStack } from "cdktf";
import { Egress, type EgressShape } from "../../constructs/egress";
import type { FirewallProps } from "../../constructs/firewall";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { Network } from "../../constructs/network";
import { PrivateEndpoints } from "../../constructs/private-endpoint";
import { PublicAddress } from "../../constructs/public-address";
import { ground } from "./provider-stack";

/** A network with a subnet for private endpoints. */
export function endpointsOf(stack: TerraformStack) {
  const resourceGroup = ground(stack);
  const network = new Network(stack, "network", { name: "vnet", resourceGroup, addressSpace: "10.0.0.0/16" });
  const subnet = network.addSubnet("endpoints", { name: "snet-endpoints", addressPrefix: "10.0.1.0/26" });
  return { network, resourceGroup, endpoints: new PrivateEndpoints(stack, "private-endpoints", { network, subnet }) };
}

type Chosen = Pick<FirewallProps, "routing" | "tier"> & Partial<Pick<FirewallProps, "rules" | "sources" | "zones">>;

export type ShapeOfTest = Exclude<EgressShape, { via: "firewall" }> | ({ readonly via: "firewall" } & Chosen);

export interface EgressOptions {
  /** @default 1 */
  readonly addresses?: number;
  /** @default false */
  readonly runner?: boolean;
}

/** The way out of a subnet of nodes, as a stack makes it. */
export function egressOf(
  stack: TerraformStack,
  shape: ShapeOfTest,
  { addresses = 1, runner }: EgressOptions = {},
): Egress {
  const resourceGroup = ground(stack);
  const network = new Network(stack, "network", { name: "vnet", resourceGroup, addressSpace: "10.0.0.0/16" });
  const address = (id: string) => new PublicAddress(stack, id, { name: `pip-${id}`, resourceGroup, zones: [] });
  const further = Array.from({ length: addresses - 1 }, (_, index) => address(`address-${index + 2}`));
  const whole = (): EgressShape => {
    if (shape.via !== "firewall") return shape;
    const { via, ...chosen } = shape;
    return {
      via,
      idleTimeoutMinutes: 10,
      firewall: {
        name: "afw",
        names: { policy: "afwp", ipGroups: { nodes: "ipg-nodes", runner: "ipg-runner" }, routeTable: "rt" },
        address: address("firewall-address"),
        gateway: { address: address("gateway-address"), privateIp: "10.0.0.250" },
        network,
        subnet: network.addSubnet("firewall", {
          name: "AzureFirewallSubnet",
          addressPrefix: "10.0.7.0/26",
          securityGroup: false,
        }),
        resourceGroup,
        rules: { application: [{ name: "aks", from: "nodes", tag: "AzureKubernetesService" }], network: [] },
        sources: { nodes: "10.0.0.0/24" },
        zones: [],
        ...chosen,
      },
    };
  };
  return new Egress(stack, "egress", {
    shape: whole(),
    addresses: [address("address"), ...further],
    cluster: new ManagedIdentity(stack, "cluster", { name: "id", resourceGroup }),
    natGatewayName: "ng",
    resourceGroup,
    nodes: network.addSubnet("nodes", { name: "snet-nodes", addressPrefix: "10.0.0.0/24" }),
    runner: runner
      ? {
          subnet: network.addSubnet("runner", { name: "snet-runner", addressPrefix: "10.0.2.0/26" }),
          ownAddress: shape.via === "loadBalancer" ? address("runner-address") : undefined,
        }
      : undefined,
  });
}
