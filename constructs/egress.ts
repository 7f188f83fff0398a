import type { KubernetesClusterNetworkProfileLoadBalancerProfile } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { NatGateway } from "@cdktf/provider-azurerm/lib/nat-gateway";
import { NatGatewayPublicIpAssociation } from "@cdktf/provider-azurerm/lib/nat-gateway-public-ip-association";
import { SubnetNatGatewayAssociation } from "@cdktf/provider-azurerm/lib/subnet-nat-gateway-association";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { Firewall, type FirewallProps } from "./firewall";
import type { Subnet } from "./network";
import type { PublicAddress } from "./public-address";
import type { ResourceGroup } from "./resource-group";
import type { Principal } from "./role-assignment";

/**
 * How a cluster's traffic leaves. The addresses are the same in every shape, and Azure lets one thing hold an address
 * at a time: between the load balancer and the others, a load balancer with a managed address lets go of ours.
 */
export type EgressShape =
  | {
      readonly via: "loadBalancer";
      /**
       * Whose address: ours, or for the time of a move between shapes one that AKS makes. "managed" is the way out,
       * because a profile that is left out is not taken back; "unset" is the way in, because one that is added
       * replaces the cluster (azurerm 4.81: load_balancer_profile is computed, and forces a new one).
       */
      readonly address: "own" | "managed" | "unset";
    }
  | { readonly via: "natGateway"; readonly idleTimeoutMinutes: number }
  | {
      readonly via: "firewall";
      readonly idleTimeoutMinutes: number;
      readonly firewall: Omit<FirewallProps, "ready" | "subnets">;
    };

export interface EgressProps {
  /** Where traffic comes from, as others see it. A load balancer uses the first only. */
  readonly addresses: readonly [PublicAddress, ...PublicAddress[]];
  /** The cluster's identity. */
  readonly cluster: Principal;
  readonly natGatewayName: string;
  readonly nodes: Subnet;
  readonly resourceGroup: ResourceGroup;
  /** Whoever deploys from inside. It needs an address of its own where the nodes use a load balancer. @default nobody */
  readonly runner?: { readonly subnet: Subnet; readonly ownAddress?: PublicAddress };
  readonly shape: EgressShape;
}

/** For a runner next to a load balancer; long jobs keep connections that are idle for a while. */
const RUNNER_IDLE_TIMEOUT_MINUTES = 10;

/** What AKS is told about egress, and what must exist before it is told. */
export class Egress extends Construct {
  readonly outboundType: "loadBalancer" | "userAssignedNATGateway" | "userDefinedRouting";
  /** For AKS's own load balancer; undefined when it carries no egress. */
  readonly loadBalancerProfile?: KubernetesClusterNetworkProfileLoadBalancerProfile;
  readonly ready: readonly TerraformResource[];
  /** Undefined in the other shapes. */
  readonly firewall?: Firewall;

  constructor(scope: Construct, id: string, props: EgressProps) {
    super(scope, id);
    const { nodes, runner, shape } = props;
    const subnets = [nodes, ...(runner ? [runner.subnet] : [])];
    switch (shape.via) {
      case "loadBalancer":
        this.outboundType = "loadBalancer";
        this.loadBalancerProfile = {
          own: { outboundIpAddressIds: [props.addresses[0].id] },
          managed: { managedOutboundIpCount: 1 },
          unset: undefined,
        }[shape.address];
        this.ready = [];
        // The load balancer carries nodes only, and a subnet has no other way out.
        if (runner) {
          if (!runner.ownAddress) throw new Error("a runner next to a load balancer must have an address of its own");
          const own = { ...props, addresses: [runner.ownAddress] as const };
          const gateway = this.createNatGateway(own, RUNNER_IDLE_TIMEOUT_MINUTES, [runner.subnet]);
          this.ready = [...this.ready, ...gateway];
        }
        break;
      case "natGateway":
        this.outboundType = "userAssignedNATGateway";
        this.ready = this.createNatGateway(props, shape.idleTimeoutMinutes, subnets);
        break;
      case "firewall": {
        // The firewall alone would leave from any of its addresses, the gateway's too: Azure picks one at random. A NAT
        // gateway on its subnet keeps the egress addresses what they were (learn.microsoft.com/azure/firewall/integrate-with-nat-gateway).
        const { firewall, idleTimeoutMinutes } = shape;
        const isActive = firewall.routing === "active";
        this.outboundType = isActive ? "userDefinedRouting" : "userAssignedNATGateway";
        const around = isActive ? [] : subnets;
        const gateway = this.createNatGateway(props, idleTimeoutMinutes, [...around, firewall.subnet]);
        this.firewall = new Firewall(this, "firewall", { ...firewall, subnets, ready: gateway });
        this.ready = [...gateway, ...this.firewall.ready];
        if (isActive) this.ready = [...this.ready, this.firewall.grantRoutes(props.cluster).resource];
        break;
      }
    }
  }

  private createNatGateway(
    { addresses, natGatewayName, resourceGroup }: EgressProps,
    idleTimeout: number,
    subnets: readonly Subnet[],
  ): TerraformResource[] {
    // Azure puts it into one zone, whichever it is: when that zone fails, egress fails (docs/decisions/0014).
    const gateway = new NatGateway(this, "nat-gateway", {
      name: natGatewayName,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      skuName: "Standard",
      idleTimeoutInMinutes: idleTimeout,
    });
    const held: TerraformResource[] = [];
    for (const [index, { id }] of addresses.entries()) {
      const last = held.at(-1);
      held.push(
        new NatGatewayPublicIpAssociation(this, index === 0 ? "address" : `address-${index + 1}`, {
          natGatewayId: gateway.id,
          publicIpAddressId: id,
          dependsOn: last && [last],
        }),
      );
    }
    const subnetAssociations = subnets.map(
      (subnet) =>
        new SubnetNatGatewayAssociation(subnet, "nat-gateway", {
          subnetId: subnet.id,
          natGatewayId: gateway.id,
          // Azure changes a subnet one write at a time ("AnotherOperationInProgress").
          dependsOn: [...subnet.ready, ...held],
        }),
    );
    return [...held, ...subnetAssociations];
  }
}
