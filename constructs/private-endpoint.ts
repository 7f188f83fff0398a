import { PrivateDnsZone } from "@cdktf/provider-azurerm/lib/private-dns-zone";
import { PrivateDnsZoneVirtualNetworkLink } from "@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link";
import { PrivateEndpoint as AzurermPrivateEndpoint } from "@cdktf/provider-azurerm/lib/private-endpoint";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Construct } from "constructs";
import type { Network, Subnet } from "./network";

/** Source of zones and groups: learn.microsoft.com/azure/private-link/private-endpoint-dns. */
const SERVICES = {
  registry: { zone: "privatelink.azurecr.io", group: "registry" },
  vault: { zone: "privatelink.vaultcore.azure.net", group: "vault" },
} as const;

type Service = keyof typeof SERVICES;

export interface PrivateEndpointsProps {
  readonly network: Network;
  readonly subnet: Subnet;
}

/** Where private addresses go, and the private DNS zones that lead to them: one zone a service, made on first use. */
export class PrivateEndpoints extends Construct {
  readonly resourceGroup: ResourceGroup;
  readonly subnet: Subnet;
  private readonly network: Network;

  constructor(scope: Construct, id: string, { network, subnet }: PrivateEndpointsProps) {
    super(scope, id);
    this.resourceGroup = network.resourceGroup;
    this.subnet = subnet;
    this.network = network;
  }

  zoneOf(service: Service): PrivateDnsZone {
    const existing = this.node.tryFindChild(service);
    if (existing) return existing as PrivateDnsZone;
    const zone = new PrivateDnsZone(this, service, {
      name: SERVICES[service].zone,
      resourceGroupName: this.resourceGroup.name,
    });
    new PrivateDnsZoneVirtualNetworkLink(this, `${service}-link`, {
      name: this.network.name,
      resourceGroupName: this.resourceGroup.name,
      privateDnsZoneName: zone.name,
      virtualNetworkId: this.network.id,
    });
    return zone;
  }
}

export interface PrivateEndpointProps {
  readonly endpoints: PrivateEndpoints;
  /** The name of the target; the endpoint is called pe-<name>. */
  readonly name: string;
  readonly service: Service;
  /** The id of what gets a private address. */
  readonly target: string;
}

/** A private address for one resource, found under the resource's usual host name inside the network. */
export class PrivateEndpoint extends Construct {
  constructor(scope: Construct, id: string, { endpoints, name, service, target }: PrivateEndpointProps) {
    super(scope, id);
    const { resourceGroup, subnet } = endpoints;
    new AzurermPrivateEndpoint(this, "Default", {
      name: `pe-${name}`,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      subnetId: subnet.id,
      privateServiceConnection: {
        name,
        privateConnectionResourceId: target,
        subresourceNames: [SERVICES[service].group],
        isManualConnection: false,
      },
      privateDnsZoneGroup: { name: "default", privateDnsZoneIds: [endpoints.zoneOf(service).id] },
      dependsOn: subnet.ready,
    });
  }
}
