import type { KubernetesClusterNetworkProfileLoadBalancerProfile } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { NatGateway } from "@cdktf/provider-azurerm/lib/nat-gateway";
import { NatGatewayPublicIpAssociation } from "@cdktf/provider-azurerm/lib/nat-gateway-public-ip-association";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { SubnetNatGatewayAssociation } from "@cdktf/provider-azurerm/lib/subnet-nat-gateway-association";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Subnet } from "./network";
import type { PublicAddress } from "./public-address";
import type { Principal } from "./role-assignment";

/**
 * How a cluster's traffic leaves. The address is the same one in every shape, and Azure lets one thing hold it at a
 * time: between two shapes, a load balancer with a managed address lets go of it.
 */
export type EgressShape =
  | {
      readonly via: "loadBalancer";
      /**
       * Whose address: ours, or for the time of a move between shapes one that AKS makes. "managed" is the way out,
       * because a profile that is left out is not taken back; "unset" is the way in, because one that is added
       * replaces the cluster (azurerm 4.55).
       */
      readonly address: "own" | "managed" | "unset";
    }
  | { readonly via: "natGateway"; readonly idleTimeoutMinutes: number };

export interface EgressProps {
  readonly address: PublicAddress;
  /** The cluster's identity. */
  readonly cluster: Principal;
  readonly natGatewayName: string;
  readonly resourceGroup: ResourceGroup;
  readonly shape: EgressShape;
  readonly subnets: readonly Subnet[];
}

/** What AKS is told about egress, and what must exist before it is told. */
export class Egress extends Construct {
  readonly outboundType: "loadBalancer" | "userAssignedNATGateway";
  /** For AKS's own load balancer; undefined when it carries no egress. */
  readonly loadBalancerProfile?: KubernetesClusterNetworkProfileLoadBalancerProfile;
  readonly ready: TerraformResource[];

  constructor(scope: Construct, id: string, props: EgressProps) {
    super(scope, id);
    switch (props.shape.via) {
      case "loadBalancer":
        this.outboundType = "loadBalancer";
        this.loadBalancerProfile = {
          own: { outboundIpAddressIds: [props.address.id] },
          managed: { managedOutboundIpCount: 1 },
          unset: undefined,
        }[props.shape.address];
        this.ready = [props.address.grantUse(props.cluster).resource];
        break;
      case "natGateway":
        this.outboundType = "userAssignedNATGateway";
        this.ready = this.createNatGateway(props, props.shape.idleTimeoutMinutes);
        break;
    }
  }

  private createNatGateway({ address, natGatewayName, resourceGroup, subnets }: EgressProps, idleTimeout: number) {
    // No zone: Azure places it, and the zone-redundant address works with it. A zonal gateway would tie egress to one.
    const gateway = new NatGateway(this, "nat-gateway", {
      name: natGatewayName,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      skuName: "Standard",
      idleTimeoutInMinutes: idleTimeout,
    });
    const addressOfGateway = new NatGatewayPublicIpAssociation(this, "address", {
      natGatewayId: gateway.id,
      publicIpAddressId: address.id,
    });
    const subnetAssociations = subnets.map(
      (subnet) =>
        new SubnetNatGatewayAssociation(subnet, "nat-gateway", {
          subnetId: subnet.id,
          natGatewayId: gateway.id,
          // Azure changes a subnet one write at a time ("AnotherOperationInProgress").
          dependsOn: [...subnet.ready, addressOfGateway],
        }),
    );
    return [addressOfGateway, ...subnetAssociations];
  }
}
