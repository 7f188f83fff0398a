import { describe, expect, it } from "vitest";
import { ALL_GATES } from "../../../model/cutover/gates";
import type { AdoptedName } from "../../../model/cutover/schema";
import { GateMeasurer } from "../../../tools/cutover/gate-measures";
import { staging } from "../../support/fixtures/environments/staging";

const measurer = new GateMeasurer(staging, { now: new Date("2026-12-01T10:00:00Z") });

describe("a gate", () => {
  it.each(ALL_GATES.filter(({ asks }) => asks !== undefined).map(({ name }) => name))(
    "that is a question is not measured: %s",
    async (name) => {
      expect(await measurer.measure(name, "backend", { steps: [] })).toBeUndefined();
    },
  );

  it("that nobody knows is not measured", async () => {
    expect(await measurer.measure("moon", "backend", { steps: [] })).toBeUndefined();
  });

  it.each(["zone", "certificates", "side-by-side", "requests-left"])(
    "of names is not good where there is no name: %s",
    async (name) => {
      expect(await measurer.measure(name, "backend", { steps: [] })).toEqual({
        text: "not measured: it has no name yet",
        isGood: undefined,
      });
    },
  );
});

describe("the sides of a name", () => {
  const azure = { A: ["203.0.113.7", "203.0.113.8"] };
  const of = (...aws: AdoptedName["aws"]) =>
    GateMeasurer.sidesOf({ host: "api.example.com", aws, azure }).map(({ at, name }) => `${name} ${at}`);

  it("are where its first record leads to by another name, and the first address of Azure", () => {
    const alias = { name: "main-1.elb.amazonaws.com", zone: "Z1", evaluateTargetHealth: false };
    const becomes = { name: "d1.cloudfront.net", zone: "Z2" };
    const at = "azure 203.0.113.7";
    expect(of({ type: "A", alias }, { type: "AAAA", alias })).toEqual(["aws main-1.elb.amazonaws.com", at]);
    expect(of({ type: "A", ttl: 60, values: ["192.0.2.1", "192.0.2.2"] })).toEqual(["aws 192.0.2.1", at]);
    expect(of({ type: "CNAME", ttl: 60, values: ["D1.cloudfront.net."], becomes })).toEqual([
      "aws d1.cloudfront.net",
      at,
    ]);
  });
});
