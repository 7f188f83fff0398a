import { PrivateDnsZone } from "@cdktf/provider-azurerm/lib/private-dns-zone";
import { PrivateDnsZoneVirtualNetworkLink } from "@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link";
import { PrivateEndpoint } from "@cdktf/provider-azurerm/lib/private-endpoint";
import { Construct } from "constructs";
import type { Network, Subnet } from "./network";
import type { ResourceGroup } from "./resource-group";

/** Source of zones and groups: learn.microsoft.com/azure/private-link/private-endpoint-dns. */
const SERVICES = {
  registry: { zone: "privatelink.azurecr.io", group: "registry" },
  vault: { zone: "privatelink.vaultcore.azure.net", group: "vault" },
  blob: { zone: "privatelink.blob.core.windows.net", group: "blob" },
  postgresqlFlexible: { zone: "privatelink.postgres.database.azure.com", group: "postgresqlServer" },
  mysqlFlexible: { zone: "privatelink.mysql.database.azure.com", group: "mysqlServer" },
  sql: { zone: "privatelink.database.windows.net", group: "sqlServer" },
} as const;

type Service = keyof typeof SERVICES;

/** Who reaches a service: what is inside the network, or public ranges and addresses. */
export type ReachableFrom =
  | { readonly privateEndpoints: PrivateEndpoints }
  | { readonly allowedRanges: readonly string[] };

export interface PrivateEndpointsProps {
  readonly network: Network;
  readonly subnet: Subnet;
}

/** Where private addresses go, and the private DNS zones that lead to them: one zone a service, made on first use. */
export class PrivateEndpoints extends Construct {
  private readonly resourceGroup: ResourceGroup;
  private readonly subnet: Subnet;
  private readonly network: Network;

  constructor(scope: Construct, id: string, { network, subnet }: PrivateEndpointsProps) {
    super(scope, id);
    this.resourceGroup = network.resourceGroup;
    this.subnet = subnet;
    this.network = network;
  }

  /**
   * Gives `owner` a private address, found under its usual host name inside the network.
   * @param request what its owner reads who has to approve; without it the approval is ours
   */
  attach(
    owner: Construct & { readonly id: string; readonly name: string },
    service: Service,
    request?: string,
  ): PrivateEndpoint {
    return new PrivateEndpoint(owner, "private-endpoint", {
      name: `pe-${owner.name}`,
      resourceGroupName: this.resourceGroup.name,
      location: this.resourceGroup.location,
      subnetId: this.subnet.id,
      privateServiceConnection: {
        name: owner.name,
        privateConnectionResourceId: owner.id,
        subresourceNames: [SERVICES[service].group],
        isManualConnection: request !== undefined,
        requestMessage: request,
      },
      privateDnsZoneGroup: { name: "default", privateDnsZoneIds: [this.zoneOf(service).id] },
      dependsOn: this.subnet.ready,
    });
  }

  private zoneOf(service: Service): PrivateDnsZone {
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
      // Somebody else's service with a private endpoint of its own is not in our zone, and must still be found.
      resolutionPolicy: "NxDomainRedirect",
    });
    return zone;
  }
}
