import type { Environment } from "../../model/environment";
import { type Firewall, firewallFor, NAT_GATEWAY } from "../program/egress";

type Egress = Environment["egress"];
type Step = (of: Environment) => Egress;

const firewall =
  (routing: Firewall["routing"]): Step =>
  (environment) => {
    const { egress, registry } = environment;
    if (egress.via === "firewall") return { ...egress, routing };
    // One environment tries the dearer tier, the other a second address, which no lock makes slow there.
    const addresses = registry.tier === "Premium" ? 1 : 2;
    return { ...firewallFor(environment, { tier: registry.tier, routing }), addresses };
  };
const natGateway: Step = ({ egress }) => (egress.via === "natGateway" ? egress : { via: "natGateway", ...NAT_GATEWAY });
const loadBalancer =
  (address: "own" | "managed" | "unset"): Step =>
  () => ({ via: "loadBalancer", address });

/** Every shape in the order in which docs/egress.md moves between them, round and round. */
const ROUND: readonly Step[] = [
  loadBalancer("own"),
  loadBalancer("managed"),
  natGateway,
  firewall("prepared"),
  firewall("active"),
  firewall("prepared"),
  natGateway,
  loadBalancer("unset"),
];

const HOME = { loadBalancer: 0, natGateway: 2, firewall: 4 } as const;

/** The environment after each move of a whole round: through every shape, and back to the one that it has. */
export function egressWalk(environment: Environment): Environment[] {
  const start = HOME[environment.egress.via];
  return ROUND.map((_, index) => {
    const isHome = index === ROUND.length - 1;
    const step = ROUND[(start + index + 1) % ROUND.length];
    return isHome || !step ? environment : { ...environment, egress: step(environment) };
  });
}

/** The name of a shape, as it is in the environment file. */
export const shapeOf = ({ egress }: Environment): string =>
  egress.via === "loadBalancer"
    ? `loadBalancer (${egress.address})`
    : egress.via === "firewall"
      ? `firewall (${egress.tier}, ${egress.routing})`
      : egress.via;
