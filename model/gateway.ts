import type { Environment } from "./environment";

/**
 * Where the gateway's load balancer listens. With every packet sent through a firewall it must be inside: replies of a
 * public one would leave by the firewall, which never saw the request and drops them.
 */
type GatewayListens = { readonly on: "publicAddress" } | { readonly on: "privateIp"; readonly ip: string };

export function gatewayListens({ egress }: Pick<Environment, "egress">): GatewayListens {
  return egress.via === "firewall" && egress.routing === "active"
    ? { on: "privateIp", ip: egress.gatewayIp }
    : { on: "publicAddress" };
}
