import { Cutovers } from "../../model/cutover/files";
import { type Position, positionOf } from "../../model/cutover/position";
import type { ZonedName } from "../../model/cutover/records";
import type { AdoptedName, Step } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import { PROOF, taken, wayTo } from "./cutover";
import { staging } from "./fixtures/environments/staging";

/** The zone of the examples. */
export const ZONE = { id: "Z0123456789ABC", name: "example.com" } as const;

/** Zones that AWS owns: of load balancers in us-east-1, and of CloudFront (docs.aws.amazon.com/general/latest/gr/elb.html). */
const [LOAD_BALANCERS, CLOUDFRONT] = ["Z35SXDOTRQ7X7K", "Z2FDTNDATAQYW2"];
const BALANCER = { name: "main-123.us-east-1.elb.amazonaws.com", zone: LOAD_BALANCERS } as const;
const DISTRIBUTION = { name: "d111111abcdef8.cloudfront.net", zone: CLOUDFRONT } as const;

/** Aliases of both families, as a load balancer with two stacks has them; Azure has an address of each. */
export const API: ZonedName = {
  host: "api.example.com",
  zone: ZONE,
  aws: [
    { type: "A", alias: { ...BALANCER, evaluateTargetHealth: true } },
    { type: "AAAA", alias: { ...BALANCER, evaluateTargetHealth: true } },
  ],
  azure: { A: ["203.0.113.7"], AAAA: ["2001:db8::7"] },
};

/** An apex with plain addresses; Azure has none of its IPv6. */
export const APEX: ZonedName = {
  host: "example.com",
  zone: ZONE,
  aws: [
    { type: "A", ttl: 300, values: ["198.51.100.1", "198.51.100.2"] },
    { type: "AAAA", ttl: 3600, values: ["2001:db8:a::1"], leaves: true },
  ],
  azure: { A: ["203.0.113.7"] },
};

/** As Amplify has it: a CNAME, beside which nothing may stand. */
export const WWW: ZonedName = {
  host: "www.example.com",
  zone: ZONE,
  aws: [{ type: "CNAME", ttl: 500, values: [DISTRIBUTION.name], becomes: DISTRIBUTION }],
  azure: { A: ["203.0.113.7"] },
};

/** Staging, whose applications answer at those names. */
export const MOVED: Environment = {
  ...staging,
  aws: { ...staging.aws, hostedZoneId: ZONE.id },
  domains: {
    backend: API.host,
    frontend: { host: WWW.host, also: [{ host: APEX.host, does: "redirects" }] },
  },
};

const NAMES: Readonly<Record<string, readonly AdoptedName[]>> = { backend: [API], frontend: [WWW, APEX] };

type Bare = Omit<Step, "since" | "evidence">;

/** Every place on the way without detours, with the steps that lead there. */
export const PLACES: Readonly<Record<string, readonly Bare[]>> = {
  off: [],
  adopt: [{ stage: "adopt" }],
  prepared: wayTo("adopt"),
  ready: wayTo("ready"),
  canary: wayTo("canary"),
  ramp: wayTo("ramp"),
  full: wayTo("full"),
  drained: wayTo("drained"),
  retired: wayTo("retired"),
  "given-up": [...wayTo("retired"), { stage: "retired", givenUp: true }],
};

/** Where steps lead. */
export const positionAfter = (steps: readonly Bare[]): Position => positionOf({ steps: taken(steps) });

/** What `MOVED` says when each of its applications has taken these steps. */
export function movedBy(steps: readonly Bare[], environment = MOVED, names = NAMES): Cutovers {
  const components = Object.fromEntries(
    environment.applications.map(({ from, name }) => [
      name,
      { names: [...(names[name] ?? [])], steps: taken(steps, from) },
    ]),
  );
  return new Cutovers({ [environment.name]: { proof: PROOF, components } });
}
