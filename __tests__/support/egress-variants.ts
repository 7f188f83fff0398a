import type { Environment } from "../../model/environment";
import { fromTheEnd } from "../../model/ranges";
import { ENVIRONMENTS } from "./fixtures/environments/all";

type Egress = Environment["egress"];

/** Every shape in which an environment's traffic can leave, the steps between shapes among them. */
export function egressShapes({ addressPlan }: Pick<Environment, "addressPlan">): Record<string, Egress> {
  const natGateway = { addresses: 1, idleTimeoutMinutes: 10 };
  const firewall = { via: "firewall" as const, ...natGateway, gatewayIp: fromTheEnd(addressPlan.nodes, 1), hosts: [] };
  return {
    "own load balancer": { via: "loadBalancer", address: "own" },
    "managed load balancer": { via: "loadBalancer", address: "managed" },
    "unset load balancer": { via: "loadBalancer", address: "unset" },
    "NAT gateway": { via: "natGateway", ...natGateway },
    "NAT gateway with two addresses": { via: "natGateway", ...natGateway, addresses: 2 },
    "prepared Standard firewall": { ...firewall, tier: "Standard", routing: "prepared" },
    "active Standard firewall": { ...firewall, tier: "Standard", routing: "active" },
    "prepared Premium firewall": { ...firewall, tier: "Premium", routing: "prepared" },
    "active Premium firewall": { ...firewall, tier: "Premium", routing: "active", addresses: 2 },
  };
}

/** Every environment that ships in every shape. */
export function egressVariants(): { readonly title: string; readonly environment: Environment }[] {
  return ENVIRONMENTS.flatMap((environment) =>
    Object.entries(egressShapes(environment)).map(([shape, egress]) => ({
      title: `${environment.name} with ${shape}`,
      environment: { ...environment, egress },
    })),
  );
}
