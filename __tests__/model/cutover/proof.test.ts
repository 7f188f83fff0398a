import { describe, expect, it } from "vitest";
import { backBatches } from "../../../model/cutover/batches";
import { positionOf } from "../../../model/cutover/position";
import { PROOF_WAY, proofComponent, proofNames, proofPlaceOf } from "../../../model/cutover/proof";
import { type RecordSet, recordsAfter } from "../../../model/cutover/record-set";
import { batchesBetween, isZoned, membersOf } from "../../../model/cutover/records";
import { route53Issues } from "../../../model/cutover/route53";
import { cutoverSchema } from "../../../model/cutover/schema";
import { STAGES } from "../../../model/cutover/stages";
import { whyNot } from "../../../model/cutover/transitions";
import { staging } from "../../support/fixtures/environments/staging";

const ZONE = { id: "Z0123456789ABC", name: "mmrv.invalid" };
const PLACE = {
  hostedZoneId: ZONE.id,
  hosts: ["cutover-proof.api.staging.mmrv.invalid", "cutover-proof-alias.api.staging.mmrv.invalid"],
} as const;
const NAMES = proofNames(PLACE, ZONE);

describe("a proof", () => {
  it("is made on two names below the environment's first, in the zone of that one", () => {
    const aws = { ...staging.aws, hostedZoneId: ZONE.id };
    expect(proofPlaceOf({ ...staging, aws })).toEqual(PLACE);
    const domains = { frontend: { host: "example.com", also: [] }, backend: "api.example.com" };
    expect(proofPlaceOf({ aws, domains }).hosts).toEqual([
      "cutover-proof.example.com",
      "cutover-proof-alias.example.com",
    ]);
    expect(() => proofPlaceOf({ aws, domains: {} })).toThrow("an environment without a name");
  });

  it("has a record of addresses and a CNAME to it, which becomes an alias, all leading nobody anywhere", () => {
    const [plain, alias] = PLACE.hosts;
    const azure = { A: ["203.0.113.10"] };
    expect(NAMES).toEqual([
      { host: plain, zone: ZONE, aws: [{ type: "A", ttl: 120, values: ["192.0.2.10"] }], azure },
      {
        host: alias,
        zone: ZONE,
        aws: [{ type: "CNAME", ttl: 120, values: [plain], becomes: { name: plain, zone: ZONE.id } }],
        azure,
      },
    ]);
  });

  it("takes every stage and a way back, each step a legal one", () => {
    expect(PROOF_WAY.map((place, index) => whyNot(PROOF_WAY[index - 1], place))).toEqual(
      PROOF_WAY.map(() => undefined),
    );
    expect(new Set(PROOF_WAY.map(({ stage }) => stage))).toEqual(new Set(STAGES.filter((stage) => stage !== "off")));
    expect(PROOF_WAY.filter(({ stage }) => stage === "ready")).toHaveLength(2);
    expect(PROOF_WAY.at(-1)).toEqual({ stage: "retired", givenUp: true });
  });

  it("is a component as a file may have it, after each of its steps", () => {
    for (const steps of PROOF_WAY.keys()) {
      const component = proofComponent(NAMES, steps + 1);
      expect(component.steps.map(({ since: _, ...place }) => place)).toEqual(PROOF_WAY.slice(0, steps + 1));
      expect(cutoverSchema.safeParse({ components: { backend: component } }).error).toBeUndefined();
    }
  });

  it("sends nothing that Route 53 would refuse, from the first record to the last", () => {
    let records: readonly RecordSet[] = membersAfter(1).map(({ set }) => set);
    const refused = PROOF_WAY.slice(1).flatMap((_, index) => {
      const [before, after] = [membersAfter(index + 1), membersAfter(index + 2)];
      return batchesBetween(before, after).flatMap((batch) => {
        const said = route53Issues(ZONE, records, batch);
        records = recordsAfter(records, batch);
        return said;
      });
    });
    expect(refused).toEqual([]);
  });

  it("goes back by one call, from the step before", () => {
    const back = PROOF_WAY.findLastIndex(({ stage }) => stage === "ready");
    const [batch, ...more] = backBatches("staging", "proof", proofComponent(NAMES, back));
    expect(batch?.ChangeBatch.Changes.map(({ ResourceRecordSet: { Name, Weight } }) => [Name, Weight])).toEqual(
      PLACE.hosts.flatMap((host) => [
        [host, 255],
        [host, 0],
      ]),
    );
    expect(more).toEqual([]);
  });
});

const membersAfter = (steps: number) => {
  const at = positionOf(proofComponent(NAMES, steps));
  return NAMES.filter(isZoned).flatMap((name) => membersOf(name, at));
};
