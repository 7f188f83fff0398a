import { Firewall as AzurermFirewall } from "@cdktf/provider-azurerm/lib/firewall";
import { FirewallPolicy } from "@cdktf/provider-azurerm/lib/firewall-policy";
import { FirewallPolicyRuleCollectionGroup } from "@cdktf/provider-azurerm/lib/firewall-policy-rule-collection-group";
import { IpGroup } from "@cdktf/provider-azurerm/lib/ip-group";
import { RouteTable } from "@cdktf/provider-azurerm/lib/route-table";
import { SubnetRouteTableAssociation } from "@cdktf/provider-azurerm/lib/subnet-route-table-association";
import { VirtualNetworkDnsServers } from "@cdktf/provider-azurerm/lib/virtual-network-dns-servers";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { EgressRules, Source } from "./egress-rules";
import { gatewayRules, hostRules, portRules } from "./firewall-rule-collections";
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
    const policy = this.createPolicy(props);
    const rules = this.createRules(policy, props);
    const firewall = this.createFirewall({ policy, rules }, props);
    this.id = firewall.id;
    this.name = props.name;
    this.ready = [firewall];
    if (props.routing !== "active") return;
    const privateIp = firewall.ipConfiguration.get(0).privateIpAddress;
    const routeTable = this.createRouteTable(privateIp, props);
    this.routeTable = { id: routeTable.id, name: props.names.routeTable };
    const associations = this.createAssociations(routeTable, props);
    const dns = this.createDns({ privateIp, associations }, props);
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

  private createPolicy({ names, resourceGroup, tier }: FirewallProps): FirewallPolicy {
    return new FirewallPolicy(this, "policy", {
      ...placeOf(resourceGroup),
      name: names.policy,
      sku: tier,
      threatIntelligenceMode: "Deny",
      // The firewall resolves names itself, so that it and the nodes see the same addresses: rules by host need it.
      dns: { proxyEnabled: true },
      intrusionDetection: tier === "Premium" ? { mode: "Deny" } : undefined,
    });
  }

  /** One group: Azure answers 409 to a second write to the same policy. */
  private createRules(policy: FirewallPolicy, props: FirewallProps): FirewallPolicyRuleCollectionGroup {
    const { gateway, names, routing, rules } = props;
    const groups = this.createIpGroups(props);
    const groupOf = (source: Source): string => {
      const group = groups[source];
      if (!group) throw new Error(`${names.policy}: has rules for a ${source} that is not there`);
      return group.id;
    };
    return new FirewallPolicyRuleCollectionGroup(this, "rules", {
      name: "mmrv",
      firewallPolicyId: policy.id,
      priority: 500,
      natRuleCollection: routing === "active" ? [gatewayRules(gateway)] : undefined,
      networkRuleCollection: rules.network.length > 0 ? [portRules(rules.network, groupOf)] : undefined,
      applicationRuleCollection: [hostRules(rules.application, groupOf)],
    });
  }

  private createIpGroups({ names, resourceGroup, sources }: FirewallProps): Partial<Record<Source, IpGroup>> {
    const create = (source: Source, range: string) =>
      new IpGroup(this, source, { ...placeOf(resourceGroup), name: names.ipGroups[source], cidrs: [range] });
    const nodes = create("nodes", sources.nodes);
    return sources.runner === undefined ? { nodes } : { nodes, runner: create("runner", sources.runner) };
  }

  private createFirewall(
    { policy, rules }: { readonly policy: FirewallPolicy; readonly rules: FirewallPolicyRuleCollectionGroup },
    { address, gateway, name, ready, resourceGroup, routing, subnet, tier, zones }: FirewallProps,
  ): AzurermFirewall {
    const addresses = { firewall: address, ...(routing === "active" && { gateway: gateway.address }) };
    return new AzurermFirewall(this, "Default", {
      ...placeOf(resourceGroup),
      name,
      skuName: "AZFW_VNet",
      skuTier: tier,
      firewallPolicyId: policy.id,
      zones: [...zones],
      // The policy decides; the firewall says the same, and not Azure's own default, for who reads only it.
      threatIntelMode: "Deny",
      ipConfiguration: Object.entries(addresses).map(([label, { id: publicIpAddressId }], index) => ({
        name: label,
        publicIpAddressId,
        subnetId: index === 0 ? subnet.id : undefined,
      })),
      // Rules first: a firewall without any denies everything, and Azure takes one write to a policy at a time.
      dependsOn: [rules, ...ready],
    });
  }

  private createRouteTable(privateIp: string, { names, resourceGroup }: FirewallProps): RouteTable {
    return new RouteTable(this, "routes", {
      ...placeOf(resourceGroup),
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
  }

  private createAssociations({ id }: RouteTable, { subnets }: FirewallProps): SubnetRouteTableAssociation[] {
    return subnets.map(
      (subnet) =>
        new SubnetRouteTableAssociation(subnet, "routes", {
          subnetId: subnet.id,
          routeTableId: id,
          dependsOn: subnet.ready,
        }),
    );
  }

  /** Of its own, because the network must exist before the firewall's address is known. */
  private createDns(
    routes: { readonly privateIp: string; readonly associations: TerraformResource[] },
    { network }: FirewallProps,
  ): VirtualNetworkDnsServers {
    return new VirtualNetworkDnsServers(this, "dns", {
      virtualNetworkId: network.id,
      dnsServers: [routes.privateIp],
      dependsOn: routes.associations,
    });
  }
}

const placeOf = ({ location, name }: ResourceGroup) => ({ resourceGroupName: name, location });
