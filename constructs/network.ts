import { NetworkSecurityGroup } from "@cdktf/provider-azurerm/lib/network-security-group";
import { NetworkSecurityRule } from "@cdktf/provider-azurerm/lib/network-security-rule";
import { Subnet as AzurermSubnet, type SubnetDelegation } from "@cdktf/provider-azurerm/lib/subnet";
import { SubnetNetworkSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/subnet-network-security-group-association";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";

export interface NetworkProps {
  readonly addressSpace: string;
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
}

/** A virtual network whose subnets each have one security group and no way out that is not named. */
export class Network extends Construct {
  readonly id: string;
  readonly name: string;
  /** The name as a reference, so that a subnet waits for the network. */
  readonly networkName: string;
  readonly resourceGroup: ResourceGroup;

  constructor(scope: Construct, id: string, { addressSpace, name, resourceGroup }: NetworkProps) {
    super(scope, id);
    const network = new VirtualNetwork(this, "Default", {
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      addressSpace: [addressSpace],
    });
    this.id = network.id;
    this.name = name;
    this.resourceGroup = resourceGroup;
    this.networkName = network.name;
  }

  addSubnet(id: string, props: SubnetProps): Subnet {
    return new Subnet(this, id, props);
  }
}

export interface SubnetProps {
  readonly addressPrefix: string;
  readonly name: string;
  /** The service that puts its own machines into the subnet, such as Microsoft.ContainerService/managedClusters. */
  readonly delegateTo?: string;
  /** Azure Firewall refuses a security group on its own subnet. @default true */
  readonly securityGroup?: boolean;
}

export interface InboundRule {
  readonly destination: string;
  /** 100 to 4096, the lowest first. */
  readonly priority: number;
  readonly ports: readonly string[];
  /** A range, or a service tag such as Internet. */
  readonly source: string;
}

/** A subnet of a network. Whatever is put into it depends on `ready`, not only on its id. */
export class Subnet extends Construct implements Scope {
  readonly id: string;
  readonly name: string;
  /** Everything that must exist before something moves into the subnet. */
  readonly ready: TerraformResource[];
  private readonly group?: NetworkSecurityGroup;

  constructor(network: Network, id: string, props: SubnetProps) {
    super(network, id);
    const { addressPrefix, name, delegateTo, securityGroup = true } = props;
    const { resourceGroup } = network;
    const subnet = new AzurermSubnet(this, "Default", {
      name,
      resourceGroupName: resourceGroup.name,
      virtualNetworkName: network.networkName,
      addressPrefixes: [addressPrefix],
      defaultOutboundAccessEnabled: false,
      delegation: delegateTo === undefined ? undefined : [delegation(delegateTo)],
    });
    this.id = subnet.id;
    this.name = `${network.name}/${name}`;
    this.ready = [subnet];
    if (!securityGroup) return;
    this.group = new NetworkSecurityGroup(this, "security-group", {
      name: `nsg-${name}`,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
    });
    const association = new SubnetNetworkSecurityGroupAssociation(this, "security-group-association", {
      subnetId: subnet.id,
      networkSecurityGroupId: this.group.id,
    });
    this.ready = [association];
  }

  /** Lets TCP in from `source`; what no rule names, Azure's last rule denies. */
  allowInbound(id: string, { destination, priority, ports, source }: InboundRule): void {
    if (!this.group) throw new Error(`${this.name}: must have a security group`);
    const rule = new NetworkSecurityRule(this, id, {
      name: id,
      resourceGroupName: this.group.resourceGroupName,
      networkSecurityGroupName: this.group.name,
      direction: "Inbound",
      access: "Allow",
      protocol: "Tcp",
      priority,
      sourceAddressPrefix: source,
      sourcePortRange: "*",
      destinationAddressPrefix: destination,
      destinationPortRanges: [...ports],
    });
    this.ready.push(rule);
  }

  /** Lets AKS join nodes or its API server to the subnet. */
  grantJoin(id: string, cluster: Principal): RoleAssignment {
    return new RoleAssignment(this, id, { scope: this, role: "Network Contributor", principal: cluster });
  }
}

/** The actions are what the service asks for; Azure returns them, and a plan would show their absence for ever. */
function delegation(service: string): SubnetDelegation {
  const actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"];
  return { name: "service", serviceDelegation: { name: service, actions } };
}
