import { describe, expect, it } from "vitest";
import type { Egress } from "../../constructs/egress";
import { type EgressOptions, egressOf, type ShapeOfTest } from "../support/network-fixture";
import { type Block, synthStack } from "../support/synth";

/** The resources of one shape, and what AKS is told about it. */
function egress(shape: ShapeOfTest, options?: EgressOptions) {
  let made: Egress | undefined;
  const synthesized = synthStack((stack) => {
    made = egressOf(stack, shape, options);
  });
  if (!made) throw new Error("nothing was made");
  return { ...synthesized, made };
}

const VARIANTS: Record<string, ShapeOfTest> = {
  "own load balancer": { via: "loadBalancer", address: "own" },
  "managed load balancer": { via: "loadBalancer", address: "managed" },
  "unset load balancer": { via: "loadBalancer", address: "unset" },
  "NAT gateway": { via: "natGateway", idleTimeoutMinutes: 10 },
  "prepared firewall": { via: "firewall", routing: "prepared", tier: "Standard" },
  "active firewall": { via: "firewall", routing: "active", tier: "Premium" },
};
const BEHIND_NAT = Object.entries(VARIANTS).filter(([, { via }]) => via !== "loadBalancer");

describe("Egress by the load balancer", () => {
  it("gives our address to it", () => {
    const { made, all } = egress({ via: "loadBalancer", address: "own" });
    expect(made.outboundType).toBe("loadBalancer");
    expect(made.loadBalancerProfile?.outboundIpAddressIds).toHaveLength(1);
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

  it.each(["own", "managed", "unset"] as const)(
    "gives a runner a gateway and an address of its own, which leaves the nodes alone: %s",
    (address) => {
      const { made, one } = egress({ via: "loadBalancer", address }, { runner: true });
      expect(made.outboundType).toBe("loadBalancer");
      expect(one("azurerm_nat_gateway_public_ip_association").public_ip_address_id).toBe(
        "${azurerm_public_ip.runner-address.id}",
      );
      expect(one("azurerm_subnet_nat_gateway_association").subnet_id).toContain("azurerm_subnet.network_runner");
    },
  );
});

describe("Egress by a NAT gateway", () => {
  it("gives it the same address, with its subnets associated before the cluster", () => {
    const { made, one } = egress({ via: "natGateway", idleTimeoutMinutes: 10 });
    expect(made.outboundType).toBe("userAssignedNATGateway");
    expect(made.loadBalancerProfile).toBeUndefined();
    expect(made.ready.map(({ terraformResourceType }) => terraformResourceType)).toEqual([
      "azurerm_nat_gateway_public_ip_association",
      "azurerm_subnet_nat_gateway_association",
    ]);
    expect(one("azurerm_nat_gateway")).toMatchObject({ idle_timeout_in_minutes: 10, sku_name: "Standard" });
  });

  it("carries the runner's traffic with the nodes'", () => {
    const { all } = egress({ via: "natGateway", idleTimeoutMinutes: 10 }, { runner: true });
    expect(all("azurerm_subnet_nat_gateway_association").map(({ subnet_id }) => subnet_id)).toEqual([
      expect.stringContaining("azurerm_subnet.network_nodes"),
      expect.stringContaining("azurerm_subnet.network_runner"),
    ]);
    expect(Object.values(all("azurerm_public_ip"))).toHaveLength(1);
  });
});

describe.each(BEHIND_NAT)("Egress behind a NAT gateway: %s", (_, shape) => {
  it.each([1, 2, 16])("holds %i addresses, written one after the other", (addresses) => {
    const { all, json } = egress(shape, { addresses });
    const held: Block[] = all("azurerm_nat_gateway_public_ip_association");
    expect(new Set(held.map(({ public_ip_address_id }) => public_ip_address_id))).toEqual(
      new Set(
        Array.from({ length: addresses }, (_, index) =>
          index === 0 ? "${azurerm_public_ip.address.id}" : `\${azurerm_public_ip.address-${index + 1}.id}`,
        ),
      ),
    );
    const names = Object.keys(json.resource.azurerm_nat_gateway_public_ip_association);
    const before = held.flatMap(({ depends_on = [] }) => depends_on);
    // A chain: each but the last is waited for by exactly one other.
    expect(before).toHaveLength(addresses - 1);
    expect(new Set(before).size).toBe(addresses - 1);
    expect(names).toHaveLength(addresses);
  });

  it("has every address before a subnet leaves by it", () => {
    const { all, json } = egress(shape, { addresses: 2 });
    const held = Object.keys(json.resource.azurerm_nat_gateway_public_ip_association);
    for (const { depends_on } of all("azurerm_subnet_nat_gateway_association"))
      expect(depends_on).toEqual(
        expect.arrayContaining(held.map((name) => `azurerm_nat_gateway_public_ip_association.${name}`)),
      );
  });
});

describe.each(Object.entries(VARIANTS))("The egress address: %s", (_, shape) => {
  it("is one and the same resource in every shape", () => {
    const { json } = egress(shape);
    expect(json.resource.azurerm_public_ip.address).toMatchObject({ name: "pip-address", allocation_method: "Static" });
  });
});
