import { describe, expect, it } from "vitest";
import {
  isAfter,
  isMoving,
  isWeighted,
  LARGEST_WEIGHT,
  PERCENTS,
  STAGES,
  weightsOf,
} from "../../../model/cutover/stages";

const PERCENT = Array.from({ length: 101 }, (_, percent) => percent);

describe("a stage", () => {
  it("has a share of its own, and only canary and ramp have a choice", () => {
    expect(STAGES.map((stage) => [stage, ...PERCENTS[stage]])).toEqual([
      ["off", 0, 0],
      ["adopt", 0, 0],
      ["ready", 0, 0],
      ["canary", 1, 5],
      ["ramp", 5, 99],
      ["full", 100, 100],
      ["drained", 100, 100],
      ["retired", 100, 100],
    ]);
  });

  it("has weights on both sides from ready until AWS leaves DNS", () => {
    expect(STAGES.filter(isWeighted)).toEqual(["ready", "canary", "ramp", "full", "drained"]);
  });

  it("has users who are moving from the first one on Azure until nobody is left who was on AWS", () => {
    expect(STAGES.filter(isMoving)).toEqual(["canary", "ramp", "full"]);
  });

  it("stands behind those that come before it, and not behind itself", () => {
    expect(STAGES.filter((stage) => isAfter(stage, "canary"))).toEqual(["ramp", "full", "drained", "retired"]);
    expect(STAGES.filter((stage) => isAfter("canary", stage))).toEqual(["off", "adopt", "ready"]);
  });
});

describe("the weights of a share", () => {
  it("are together the largest that Route 53 takes, whichever the share", () => {
    expect(LARGEST_WEIGHT).toBe(255);
    for (const percent of PERCENT) {
      const { aws, azure } = weightsOf(percent);
      expect([percent, aws + azure]).toEqual([percent, 255]);
      expect([percent, Number.isInteger(aws), aws >= 0, azure >= 0]).toEqual([percent, true, true, true]);
    }
  });

  it("are 0 at the ends alone: a side with a share of 1 % has users", () => {
    expect(PERCENT.filter((percent) => weightsOf(percent).azure === 0)).toEqual([0]);
    expect(PERCENT.filter((percent) => weightsOf(percent).aws === 0)).toEqual([100]);
    expect([weightsOf(0), weightsOf(100)]).toEqual([
      { aws: 255, azure: 0 },
      { aws: 0, azure: 255 },
    ]);
  });

  it("grow with it by two or three, so that no step of a percent is lost", () => {
    const steps = PERCENT.slice(1).map((percent) => weightsOf(percent).azure - weightsOf(percent - 1).azure);
    expect([...new Set(steps)].sort()).toEqual([2, 3]);
  });

  it.each([
    [1, { aws: 252, azure: 3 }],
    [5, { aws: 242, azure: 13 }],
    [25, { aws: 191, azure: 64 }],
    [50, { aws: 127, azure: 128 }],
    [99, { aws: 3, azure: 252 }],
  ])("are the nearest whole numbers at %i %%", (percent, weights) => {
    expect(weightsOf(percent)).toEqual(weights);
  });
});
