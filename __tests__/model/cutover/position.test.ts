import { describe, expect, it } from "vitest";
import { percentOf, positionOf } from "../../../model/cutover/position";
import { STAGES } from "../../../model/cutover/stages";
import { taken, wayTo } from "../../support/cutover";
import { PLACES, positionAfter } from "../../support/cutover-names";

const NOWHERE = { percent: 0, isPrepared: false, isGivenUp: false, hasMoved: false };

describe("where an application stands", () => {
  it("is off without a word about it, and without a step", () => {
    expect([positionOf(undefined), positionOf({ steps: [] })]).toEqual(
      [0, 1].map(() => ({ stage: "off", ...NOWHERE })),
    );
  });

  it.each([
    ["off", { stage: "off", ...NOWHERE }],
    ["adopt", { stage: "adopt", ...NOWHERE }],
    ["prepared", { stage: "adopt", ...NOWHERE, isPrepared: true }],
    ["ready", { stage: "ready", ...NOWHERE, isPrepared: true }],
    ["canary", { stage: "canary", percent: 1, isPrepared: true, isGivenUp: false, hasMoved: true }],
    ["ramp", { stage: "ramp", percent: 5, isPrepared: true, isGivenUp: false, hasMoved: true }],
    ["full", { stage: "full", percent: 100, isPrepared: true, isGivenUp: false, hasMoved: true }],
    ["drained", { stage: "drained", percent: 100, isPrepared: true, isGivenUp: false, hasMoved: true }],
    ["retired", { stage: "retired", percent: 100, isPrepared: true, isGivenUp: false, hasMoved: true }],
    ["given-up", { stage: "retired", percent: 100, isPrepared: true, isGivenUp: true, hasMoved: true }],
  ])("is what the last step says: %s", (place, position) => {
    expect(positionAfter(PLACES[place] ?? [])).toEqual(position);
  });

  it("is ready again after a way back, and remembers that users were on Azure", () => {
    expect(positionAfter([...wayTo("ramp"), { stage: "ready" }])).toEqual({
      stage: "ready",
      percent: 0,
      isPrepared: true,
      isGivenUp: false,
      hasMoved: true,
    });
  });
});

describe("Azure's share at a step", () => {
  it("is the step's own, or the only one that its stage takes", () => {
    const [canary] = taken([{ stage: "canary", percent: 3, egress: "loadBalancer" }]);
    expect(canary && percentOf(canary)).toBe(3);
    expect(STAGES.map((stage) => percentOf({ stage }))).toEqual([0, 0, 0, 1, 5, 100, 100, 100]);
  });
});
