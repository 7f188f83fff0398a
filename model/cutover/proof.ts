import { publicNamesOf } from "../domains";
import type { Environment } from "../environment";
import type { AdoptedName, Component, Step } from "./schema";

/** A zone, as far as a proof needs it. */
interface ProvenZone {
  readonly id: string;
  readonly name: string;
}

/** Where a proof is made: below the first name of the environment, so that the role needs no right on any other. */
export interface ProofPlace {
  readonly hostedZoneId: string;
  /** A record with addresses, and a CNAME to it that becomes an alias. */
  readonly hosts: readonly [plain: string, alias: string];
}

/** @throws Error for an environment without a name, which a rule refuses before */
export function proofPlaceOf(environment: Pick<Environment, "aws" | "domains">): ProofPlace {
  const [first] = publicNamesOf(environment);
  if (first === undefined) throw new Error("an environment without a name");
  return {
    // Only a further name may have a zone of its own.
    hostedZoneId: environment.aws.hostedZoneId,
    hosts: [`cutover-proof.${first.host}`, `cutover-proof-alias.${first.host}`],
  };
}

/** Addresses that lead nobody anywhere: RFC 5737. */
const [AWS, AZURE] = ["192.0.2.10", "203.0.113.10"];

/** The two names of a proof, as adopt would write them. The TTLs are other ones than weights have, so that they change. */
export function proofNames({ hosts: [plain, alias] }: ProofPlace, zone: ProvenZone): AdoptedName[] {
  const azure = { A: [AZURE] };
  return [
    { host: plain, zone, aws: [{ type: "A", ttl: 120, values: [AWS] }], azure },
    {
      host: alias,
      zone,
      aws: [{ type: "CNAME", ttl: 120, values: [plain], becomes: { name: plain, zone: zone.id } }],
      azure,
    },
  ];
}

type Place = Omit<Step, "since">;

/** Every stage, a way back from the middle, and once more to the end; each step is one that a file may have too. */
export const PROOF_WAY: readonly Place[] = [
  { stage: "adopt" },
  { stage: "adopt", prepared: true },
  { stage: "ready" },
  { stage: "canary", percent: 1 },
  { stage: "ramp", percent: 50 },
  { stage: "ready" },
  { stage: "canary", percent: 5 },
  { stage: "ramp", percent: 99 },
  { stage: "full" },
  { stage: "drained" },
  { stage: "retired" },
  { stage: "retired", givenUp: true },
];

/** The names of a proof after so many of its steps. */
export const proofComponent = (names: readonly AdoptedName[], steps: number): Component => ({
  names: [...names],
  steps: PROOF_WAY.slice(0, steps).map((place) => ({ ...place, since: "2026-01-01T00:00:00Z" })),
});
