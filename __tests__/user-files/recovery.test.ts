import { describe, expect, it } from "vitest";
import { bootstrap, ENVIRONMENTS, STANDBYS } from "../../environments/all";
import { uncovered } from "../../model/recovery/coverage";
import { PLAN } from "../../recovery/plan";
import { allEvidence } from "../../tools/recovery/evidence-files";
import { synthProgram } from "../support/synth";

describe("the plan of recovery", () => {
  it("has a row for everything in the user's stacks that holds something", () => {
    const stacks = Object.entries(synthProgram()).map(([name, { json }]) => ({ name, json }));
    expect(uncovered(PLAN, { bootstrap, environments: [...ENVIRONMENTS, ...STANDBYS], stacks })).toEqual([]);
  });

  it("has evidence that nobody edited by hand", () => {
    expect(allEvidence).not.toThrow();
  });
});
