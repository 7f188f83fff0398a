import { describe, expect, it } from "vitest";
import type { FirewallProps } from "../../constructs/firewall";
import { egressOf } from "../support/network-fixture";
import { addressOf, isAfter } from "../support/order";
import { type Block, synthStack } from "../support/synth";

type Chosen = Parameters<typeof egressOf>[1] & { via: "firewall" };

const firewall = (chosen: Partial<Chosen> = {}, runner = false) =>
  synthStack((stack) => {
    egressOf(stack, { via: "firewall", routing: "active", tier: "Standard", ...chosen }, { runner });
  });
const collections = (stack: ReturnType<typeof firewall>): Block =>
  stack.one("azurerm_firewall_policy_rule_collection_group");

const [prepared, active] = [firewall({ routing: "prepared" }), firewall()];

describe("the policy", () => {
  it.each([
    ["Standard", undefined],
    ["Premium", { mode: "Deny" }],
  ] as const)("of %s resolves names, denies known attackers and, if it can, attacks", (tier, intrusionDetection) => {
    const { one } = firewall({ tier });
    expect(one("azurerm_firewall_policy")).toMatchObject({
      sku: tier,
      dns: { proxy_enabled: true },
      threat_intelligence_mode: "Deny",
    });
    expect(one("azurerm_firewall_policy").intrusion_detection).toEqual(intrusionDetection);
    expect(one("azurerm_firewall")).toMatchObject({ sku_name: "AZFW_VNet", sku_tier: tier });
  });

  it("has its rules before there is a firewall, which denies what none names", () => {
    for (const stack of [prepared, active])
      expect(
        isAfter(
          stack,
          addressOf(stack, "azurerm_firewall"),
          addressOf(stack, "azurerm_firewall_policy_rule_collection_group"),
        ),
      ).toBe(true);
  });
});

describe("rules", () => {
  const rules = {
    application: [
      { name: "aks", from: "nodes", tag: "AzureKubernetesService" },
      { name: "mail", from: "runner", hosts: ["smtp.example.com", "*.example.org"] },
    ],
    network: [
      { name: "database", hosts: ["db.example.com"], ports: ["1433"] },
      { name: "redirect", serviceTag: "Sql.eastus2", ports: ["11000-11999"] },
    ],
  } as const;
  const stack = firewall({ rules, sources: { nodes: "10.0.0.0/24", runner: "10.0.2.0/26" }, zones: ["1", "2"] });

  it("let the named sources out to the named hosts, over HTTPS", () => {
    expect(stack.all("azurerm_ip_group").map(({ name, cidrs }) => [name, cidrs])).toEqual([
      ["ipg-nodes", ["10.0.0.0/24"]],
      ["ipg-runner", ["10.0.2.0/26"]],
    ]);
    const [out, ...rest] = collections(stack).application_rule_collection;
    expect(rest).toEqual([]);
    expect(out.action).toBe("Allow");
    expect(out.rule).toEqual([
      {
        name: "aks",
        source_ip_groups: [expect.stringContaining("_nodes_")],
        destination_fqdn_tags: ["AzureKubernetesService"],
        protocols: [
          { type: "Http", port: 80 },
          { type: "Https", port: 443 },
        ],
      },
      {
        name: "mail",
        source_ip_groups: [expect.stringContaining("_runner_")],
        destination_fqdns: ["smtp.example.com", "*.example.org"],
        protocols: [{ type: "Https", port: 443 }],
      },
    ]);
  });

  it("let the named sources out to ports of named hosts, over TCP", () => {
    expect(collections(stack).network_rule_collection).toEqual([
      expect.objectContaining({
        action: "Allow",
        rule: [
          {
            name: "database",
            source_ip_groups: [expect.stringContaining("_nodes_")],
            protocols: ["TCP"],
            destination_fqdns: ["db.example.com"],
            destination_ports: ["1433"],
          },
          {
            name: "redirect",
            source_ip_groups: [expect.stringContaining("_nodes_")],
            protocols: ["TCP"],
            destination_addresses: ["Sql.eastus2"],
            destination_ports: ["11000-11999"],
          },
        ],
      }),
    ]);
    expect(collections(active)).not.toHaveProperty("network_rule_collection");
  });

  it("stand in one group, because Azure takes one write to a policy at a time", () => {
    expect(stack.all("azurerm_firewall_policy_rule_collection_group")).toHaveLength(1);
  });

  it("hold in the zones of the environment", () => {
    expect(stack.one("azurerm_firewall").zones).toEqual(["1", "2"]);
  });
});

describe("the way in", () => {
  it("leads from the gateway's public address to the gateway inside, once routing is active", () => {
    const [dnat, ...rest] = collections(active).nat_rule_collection;
    expect(rest).toEqual([]);
    expect(dnat.action).toBe("Dnat");
    expect(dnat.rule).toEqual(
      [80, 443].map((port) => ({
        name: `gateway-${port}`,
        protocols: ["TCP"],
        source_addresses: ["*"],
        destination_address: "${azurerm_public_ip.gateway-address.ip_address}",
        destination_ports: [String(port)],
        translated_address: "10.0.0.250",
        translated_port: port,
      })),
    );
    expect(active.one("azurerm_firewall").ip_configuration).toEqual([
      expect.objectContaining({
        public_ip_address_id: "${azurerm_public_ip.firewall-address.id}",
        subnet_id: expect.stringContaining("azurerm_subnet.network_firewall"),
      }),
      { name: "gateway", public_ip_address_id: "${azurerm_public_ip.gateway-address.id}" },
    ]);
  });

  it("does not exist before, because the load balancer has the gateway's address", () => {
    expect(collections(prepared)).not.toHaveProperty("nat_rule_collection");
    expect(prepared.one("azurerm_firewall").ip_configuration).toHaveLength(1);
    expect(JSON.stringify(prepared.one("azurerm_firewall"))).not.toContain("gateway-address");
  });
});

describe("the way out", () => {
  it("is the firewall for everything, once routing is active", () => {
    const table = active.one("azurerm_route_table");
    expect(table).toMatchObject({
      bgp_route_propagation_enabled: false,
      route: [{ address_prefix: "0.0.0.0/0", next_hop_type: "VirtualAppliance" }],
    });
    expect(table.route).toHaveLength(1);
    expect(table.route[0].next_hop_in_ip_address).toBe(
      `\${${addressOf(active, "azurerm_firewall")}.ip_configuration[0].private_ip_address}`,
    );
    expect(active.one("azurerm_virtual_network_dns_servers").dns_servers).toEqual([
      table.route[0].next_hop_in_ip_address,
    ]);
  });

  it("is the NAT gateway until then: no route, no DNS server of ours", () => {
    for (const type of [
      "azurerm_route_table",
      "azurerm_subnet_route_table_association",
      "azurerm_virtual_network_dns_servers",
      "azurerm_role_assignment",
    ])
      expect([type, prepared.all(type)]).toEqual([type, []]);
  });

  it.each([
    [false, ["nodes"]],
    [true, ["nodes", "runner"]],
  ])("is by routes or by the NAT gateway for each subnet, never both: runner %s", (runner, subnets) => {
    const through = (stack: ReturnType<typeof firewall>, type: string) =>
      stack
        .all(type)
        .map(({ subnet_id }) => /azurerm_subnet\.network_([a-z]+)/.exec(subnet_id)?.[1])
        .sort();
    const [before, after] = [firewall({ routing: "prepared" }, runner), firewall({}, runner)];
    expect(through(before, "azurerm_subnet_nat_gateway_association")).toEqual(["firewall", ...subnets]);
    expect(through(before, "azurerm_subnet_route_table_association")).toEqual([]);
    expect(through(after, "azurerm_subnet_nat_gateway_association")).toEqual(["firewall"]);
    expect(through(after, "azurerm_subnet_route_table_association")).toEqual(subnets);
  });
});

describe("the order", () => {
  it("is addresses, NAT gateway on the firewall's subnet, firewall, routes, DNS", () => {
    const chain = [
      "azurerm_nat_gateway_public_ip_association",
      "azurerm_subnet_nat_gateway_association",
      "azurerm_firewall",
      "azurerm_route_table",
      "azurerm_subnet_route_table_association",
      "azurerm_virtual_network_dns_servers",
    ].map((type) => addressOf(active, type));
    for (const [index, later] of chain.entries())
      for (const earlier of chain.slice(0, index))
        expect([later, earlier, isAfter(active, later, earlier)]).toEqual([later, earlier, true]);
  });

  it("says so itself where no reference does", () => {
    const [nat, association, dns] = [
      active.one("azurerm_subnet_nat_gateway_association"),
      active.one("azurerm_subnet_route_table_association"),
      active.one("azurerm_virtual_network_dns_servers"),
    ];
    expect(nat.depends_on).toContain(addressOf(active, "azurerm_nat_gateway_public_ip_association"));
    expect(active.one("azurerm_firewall").depends_on).toEqual([
      addressOf(active, "azurerm_firewall_policy_rule_collection_group"),
      addressOf(active, "azurerm_nat_gateway_public_ip_association"),
      addressOf(active, "azurerm_subnet_nat_gateway_association"),
    ]);
    expect(association.depends_on).toEqual([
      expect.stringContaining("azurerm_subnet_network_security_group_association.network_nodes"),
    ]);
    expect(dns.depends_on).toEqual([addressOf(active, "azurerm_subnet_route_table_association")]);
  });

  it("ends before the cluster, whose identity may write routes", () => {
    const { made } = readyOf("active");
    expect(made).toEqual([
      "azurerm_nat_gateway_public_ip_association",
      "azurerm_subnet_nat_gateway_association",
      "azurerm_firewall",
      "azurerm_subnet_route_table_association",
      "azurerm_virtual_network_dns_servers",
      "azurerm_role_assignment",
    ]);
    expect(active.one("azurerm_role_assignment")).toMatchObject({
      role_definition_name: "Network Contributor",
      scope: `\${${addressOf(active, "azurerm_route_table")}.id}`,
    });
  });

  it("tells AKS who sends its traffic out", () => {
    expect(readyOf("active").outboundType).toBe("userDefinedRouting");
    expect(readyOf("prepared").outboundType).toBe("userAssignedNATGateway");
  });
});

/** What a cluster waits for, and what it is told. */
function readyOf(routing: FirewallProps["routing"]) {
  let ready: string[] = [];
  let outboundType = "";
  synthStack((stack) => {
    const egress = egressOf(stack, { via: "firewall", routing, tier: "Standard" });
    ready = egress.ready.map(({ terraformResourceType }) => terraformResourceType);
    outboundType = egress.outboundType;
  });
  return { made: ready, outboundType };
}

describe("AzureFirewallSubnet", () => {
  it("has no security group, which Azure Firewall refuses", () => {
    for (const { all } of [prepared, active]) {
      const subnets = all("azurerm_network_security_group").map(({ name }) => name);
      expect(subnets).toEqual(["nsg-snet-nodes"]);
      expect(all("azurerm_subnet_network_security_group_association")).toHaveLength(1);
    }
  });
});
