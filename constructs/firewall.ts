import { Firewall as AzurermFirewall } from "@cdktf/provider-azurerm/lib/firewall";
import { FirewallPolicy } from "@cdktf/provider-azurerm/lib/firewall-policy";
import { FirewallPolicyRuleCollectionGroup } from "@cdktf/provider-azurerm/lib/firewall-policy-rule-collection-group";
import { IpGroup } from "@cdktf/provider-azurerm/lib/ip-group";
import { RouteTable } from "@cdktf/provider-azurerm/lib/route-table";
import { SubnetRouteTableAssociation } from "@cdktf/provider-azurerm/lib/subnet-route-table-association";
import { VirtualNetworkDnsServers } from "@cdktf/provider-azurerm/lib/virtual-network-dns-servers";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { EgressRules, Source } from "./firewall-rules";
import type { Network, Subnet } from "./network";
import type { PublicAddress } from "./public-address";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";

export interface FirewallProps {
  /** The firewall's own address: Azure takes no firewall without one, and the first cannot be taken away again. */
  readonly address: PublicAddress;
  /** Where users come in: held by the firewall, and translated to the gateway inside, once routing is active. */
  readonly gateway: { readonly address: PublicAddress; readonly privateIp: string };
  readonly name: string;
  readonly names: {
    readonly ipGroups: Readonly<Record<Source, string>>;
    readonly policy: string;
    readonly routeTable: string;
  };
  readonly network: Network;
  /** What must exist before the firewall: its own way out. */
  readonly ready: readonly TerraformResource[];
  readonly resourceGroup: ResourceGroup;
  /** prepared: built, and nobody sent through it. active: the subnets have no other way out, in or out. */
  readonly routing: "prepared" | "active";
  readonly rules: EgressRules;
  /** The range of each source that there is. */
  readonly sources: { readonly nodes: string; readonly runner?: string };
  /** AzureFirewallSubnet. */
  readonly subnet: Subnet;
  /** The subnets that are sent through it. */
  readonly subnets: readonly Subnet[];
  readonly tier: "Standard" | "Premium";
  readonly zones: readonly string[];
}

/** Azure Firewall with a policy of its own: out goes what the rules name, in comes the gateway's traffic. */
export class Firewall extends Construct implements Scope {
  readonly id: string;
  readonly name: string;
  /** What must exist before anything is told to leave through the firewall. */
  readonly ready: readonly TerraformResource[];
  private readonly routeTable?: Scope;

  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    const { address, gateway, name, names, network, resourceGroup, routing, subnet, tier, zones } = props;
    const place = { resourceGroupName: resourceGroup.name, location: resourceGroup.location };
    const isActive = routing === "active";
    const policy = new FirewallPolicy(this, "policy", {
      ...place,
      name: names.policy,
      sku: tier,
      threatIntelligenceMode: "Deny",
      // The firewall resolves names itself, so that it and the nodes see the same addresses: rules by host need it.
      dns: { proxyEnabled: true },
      intrusionDetection: tier === "Premium" ? { mode: "Deny" } : undefined,
    });
    const rules = this.createRules(policy, props);
    const publicAddresses = isActive ? { firewall: address, gateway: gateway.address } : { firewall: address };
    const firewall = new AzurermFirewall(this, "Default", {
      ...place,
      name,
      skuName: "AZFW_VNet",
      skuTier: tier,
      firewallPolicyId: policy.id,
      zones: [...zones],
      // The policy decides; the firewall says the same, and not Azure's own default, for who reads only it.
      threatIntelMode: "Deny",
      ipConfiguration: Object.entries(publicAddresses).map(([label, { id: publicIpAddressId }], index) => ({
        name: label,
        publicIpAddressId,
        subnetId: index === 0 ? subnet.id : undefined,
      })),
      // Rules first: a firewall without any denies everything, and Azure takes one write to a policy at a time.
      dependsOn: [rules, ...props.ready],
    });
    this.id = firewall.id;
    this.name = name;
    this.ready = [firewall];
    if (!isActive) return;
    const privateIp = firewall.ipConfiguration.get(0).privateIpAddress;
    const routeTable = new RouteTable(this, "routes", {
      ...place,
      name: names.routeTable,
      bgpRoutePropagationEnabled: false,
      // No route around the firewall for its own public address, as AKS's walk-through has: these subnets have no
      // other way out, and a server that calls us by our public name would find none.
      route: [
        {
          name: "everything",
          addressPrefix: "0.0.0.0/0",
          nextHopType: "VirtualAppliance",
          nextHopInIpAddress: privateIp,
        },
      ],
    });
    this.routeTable = { id: routeTable.id, name: names.routeTable };
    const associations = props.subnets.map(
      (routed) =>
        new SubnetRouteTableAssociation(routed, "routes", {
          subnetId: routed.id,
          routeTableId: routeTable.id,
          dependsOn: routed.ready,
        }),
    );
    // Of its own, because the network must exist before the firewall's address is known.
    const dns = new VirtualNetworkDnsServers(this, "dns", {
      virtualNetworkId: network.id,
      dnsServers: [privateIp],
      dependsOn: associations,
    });
    this.ready = [firewall, ...associations, dns];
  }

  /** Lets AKS write routes: it asks for the right when it is created. */
  grantRoutes(cluster: Principal): RoleAssignment {
    if (!this.routeTable) throw new Error(`${this.name}: has no routes before its routing is active`);
    return new RoleAssignment(this, "routes-role", {
      scope: this.routeTable,
      role: "Network Contributor",
      principal: cluster,
    });
  }

  /** One group: Azure answers 409 to a second write to the same policy. */
  private createRules(
    policy: FirewallPolicy,
    { gateway, names, resourceGroup, routing, rules, sources }: FirewallProps,
  ) {
    const groupOf = (source: Source, range: string) =>
      new IpGroup(this, source, {
        name: names.ipGroups[source],
        resourceGroupName: resourceGroup.name,
        location: resourceGroup.location,
        cidrs: [range],
      });
    const nodes = groupOf("nodes", sources.nodes);
    const groups = { nodes, runner: sources.runner === undefined ? undefined : groupOf("runner", sources.runner) };
    const from = (source: Source) => {
      const group = groups[source];
      if (!group) throw new Error(`${names.policy}: has rules for a ${source} that is not there`);
      return { sourceIpGroups: [group.id] };
    };
    return new FirewallPolicyRuleCollectionGroup(this, "rules", {
      name: "mmrv",
      firewallPolicyId: policy.id,
      priority: 500,
      natRuleCollection:
        routing === "active"
          ? [
              {
                name: "in",
                priority: 100,
                action: "Dnat",
                rule: [80, 443].map((port) => ({
                  name: `gateway-${port}`,
                  protocols: ["TCP"],
                  sourceAddresses: ["*"],
                  destinationAddress: gateway.address.ipAddress,
                  destinationPorts: [String(port)],
                  translatedAddress: gateway.privateIp,
                  translatedPort: port,
                })),
              },
            ]
          : undefined,
      networkRuleCollection:
        rules.network.length > 0
          ? [
              {
                name: "out-by-port",
                priority: 200,
                action: "Allow",
                rule: rules.network.map((rule) => ({
                  ...from("nodes"),
                  name: rule.name,
                  protocols: ["TCP"],
                  ...("hosts" in rule
                    ? { destinationFqdns: [...rule.hosts] }
                    : { destinationAddresses: [rule.serviceTag] }),
                  destinationPorts: [...rule.ports],
                })),
              },
            ]
          : undefined,
      applicationRuleCollection: [
        {
          name: "out-by-host",
          priority: 300,
          action: "Allow",
          rule: rules.application.map((rule) => ({
            ...from(rule.from),
            name: rule.name,
            ...("tag" in rule
              ? {
                  protocols: [
                    { type: "Http", port: 80 },
                    { type: "Https", port: 443 },
                  ],
                  destinationFqdnTags: [rule.tag],
                }
              : { protocols: [{ type: "Https", port: 443 }], destinationFqdns: [...rule.hosts] }),
          })),
        },
      ],
    });
  }
}
