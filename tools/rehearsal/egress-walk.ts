import type { Environment } from "../../environments/environment";
import { fromTheEnd } from "../../environments/ranges";

type Egress = Environment["egress"];
type Step = (of: Environment) => Egress;

const nat = { addresses: 1, idleTimeoutMinutes: 10 } as const;
const firewall =
  (routing: "prepared" | "active"): Step =>
  ({ addressPlan, egress, registry }) =>
    egress.via === "firewall"
      ? { ...egress, routing }
      : {
          via: "firewall",
          ...nat,
          // One environment tries the dearer tier, the other a second address, which no lock makes slow there.
          addresses: registry.tier === "Premium" ? 1 : 2,
          tier: registry.tier,
          routing,
          gatewayIp: fromTheEnd(addressPlan.nodes, 1),
          hosts: [],
        };
const natGateway: Step = ({ egress }) => (egress.via === "natGateway" ? egress : { via: "natGateway", ...nat });
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
