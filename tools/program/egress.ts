import type { Environment } from "../../model/environment";
import { fromTheEnd } from "../../model/ranges";

/** A NAT gateway as small as it gets. */
export const NAT_GATEWAY = { addresses: 1, idleTimeoutMinutes: 10 } as const;

export type Firewall = Extract<Environment["egress"], { via: "firewall" }>;

/** A firewall for an environment that may have none: its gateway at the end of the nodes' range, nothing of MMRV's let out. */
export const firewallFor = ({ addressPlan }: Environment, choice: Pick<Firewall, "tier" | "routing">): Firewall => ({
  via: "firewall",
  ...NAT_GATEWAY,
  ...choice,
  gatewayIp: fromTheEnd(addressPlan.nodes, 1),
  hosts: [],
});
