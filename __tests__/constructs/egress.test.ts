import { describe, expect, it } from "vitest";
import { Egress, type EgressShape } from "../../constructs/egress";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { Network } from "../../constructs/network";
import { PublicAddress } from "../../constructs/public-address";
import { ground } from "../support/fixtures";
import { synthStack } from "../support/synth";

/** The resources of one shape, and what AKS is told about it. */
function egress(shape: EgressShape) {
  let made: Egress | undefined;
  const synthesized = synthStack((stack) => {
    const resourceGroup = ground(stack);
    const network = new Network(stack, "network", { name: "vnet", resourceGroup, addressSpace: "10.0.0.0/16" });
    made = new Egress(stack, "egress", {
      shape,
      address: new PublicAddress(stack, "address", { name: "pip", resourceGroup, zones: [] }),
      cluster: new ManagedIdentity(stack, "cluster", { name: "id", resourceGroup }),
      natGatewayName: "ng",
      resourceGroup,
      subnets: [network.addSubnet("nodes", { name: "snet", addressPrefix: "10.0.0.0/24" })],
    });
  });
  if (!made) throw new Error("nothing was made");
  return { ...synthesized, made };
}

describe("Egress", () => {
  it("gives our address to the cluster's load balancer, which may use it beforehand", () => {
    const { made, all } = egress({ via: "loadBalancer", address: "own" });
    expect(made.outboundType).toBe("loadBalancer");
    expect(made.loadBalancerProfile?.outboundIpAddressIds).toHaveLength(1);
    expect(all("azurerm_role_assignment")).toMatchObject([
      { role_definition_name: "Network Contributor", scope: "${azurerm_public_ip.address.id}" },
    ]);
    expect(all("azurerm_nat_gateway")).toEqual([]);
  });

  it("lets go of our address on the way to another shape, because Azure gives it to one at a time", () => {
    expect(egress({ via: "loadBalancer", address: "managed" }).made.loadBalancerProfile).toEqual({
      managedOutboundIpCount: 1,
    });
  });

  it("says nothing of a load balancer on the way back, because a profile that is added replaces the cluster", () => {
    expect(egress({ via: "loadBalancer", address: "unset" }).made.loadBalancerProfile).toBeUndefined();
  });

  it("gives the same address to a NAT gateway, with its subnets associated before the cluster", () => {
    const { made, one } = egress({ via: "natGateway", idleTimeoutMinutes: 10 });
    expect(made.outboundType).toBe("userAssignedNATGateway");
    expect(made.ready.map(({ terraformResourceType }) => terraformResourceType)).toEqual([
      "azurerm_nat_gateway_public_ip_association",
      "azurerm_subnet_nat_gateway_association",
    ]);
    expect(one("azurerm_nat_gateway_public_ip_association").public_ip_address_id).toBe(
      "${azurerm_public_ip.address.id}",
    );
    expect(one("azurerm_nat_gateway")).toMatchObject({ idle_timeout_in_minutes: 10, sku_name: "Standard" });
  });
});
