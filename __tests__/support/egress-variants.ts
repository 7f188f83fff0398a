import type { Environment } from "../../model/environment";
import { type Firewall, firewallFor, NAT_GATEWAY } from "../../tools/program/egress";
import { ENVIRONMENTS } from "./fixtures/environments/all";

type Egress = Environment["egress"];

/** Every shape in which an environment's traffic can leave, the steps between shapes among them. */
export function egressShapes(environment: Environment): Record<string, Egress> {
  const firewall = (tier: Firewall["tier"], routing: Firewall["routing"]) =>
    firewallFor(environment, { tier, routing });
  return {
    "own load balancer": { via: "loadBalancer", address: "own" },
    "managed load balancer": { via: "loadBalancer", address: "managed" },
    "unset load balancer": { via: "loadBalancer", address: "unset" },
    "NAT gateway": { via: "natGateway", ...NAT_GATEWAY },
    "NAT gateway with two addresses": { via: "natGateway", ...NAT_GATEWAY, addresses: 2 },
    "prepared Standard firewall": firewall("Standard", "prepared"),
    "active Standard firewall": firewall("Standard", "active"),
    "prepared Premium firewall": firewall("Premium", "prepared"),
    "active Premium firewall": { ...firewall("Premium", "active"), addresses: 2 },
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
