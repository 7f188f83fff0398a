import { PublicIp } from "@cdktf/provider-azurerm/lib/public-ip";
import { Construct } from "constructs";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";

export interface PublicAddressProps {
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
  readonly zones: readonly string[];
  /** Answers as `<label>.<region>.cloudapp.azure.com`. @default none */
  readonly dnsLabel?: string;
}

/** A static public IPv4 address that outlives what uses it, because others have it in their allow-lists and DNS. */
export class PublicAddress extends Construct implements Scope {
  readonly id: string;
  readonly name: string;
  readonly ipAddress: string;

  constructor(scope: Construct, id: string, { name, resourceGroup, zones, dnsLabel }: PublicAddressProps) {
    super(scope, id);
    const address = new PublicIp(this, "Default", {
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      allocationMethod: "Static",
      sku: "Standard",
      zones: [...zones],
      domainNameLabel: dnsLabel,
    });
    this.id = address.id;
    this.name = name;
    this.ipAddress = address.ipAddress;
  }

  /** Lets AKS put the address on its load balancer, which lives in another resource group. */
  grantUse(cluster: Principal): RoleAssignment {
    return new RoleAssignment(this, "use", { scope: this, role: "Network Contributor", principal: cluster });
  }
}
