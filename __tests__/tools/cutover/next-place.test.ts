import { describe, expect, it } from "vitest";
import type { Step } from "../../../model/cutover/schema";
import { type Place, whyNot } from "../../../model/cutover/transitions";
import { proposed } from "../../../tools/cutover/next-place";

const steps = (...places: readonly Place[]): Step[] =>
  places.map((place) => ({ ...place, since: "2026-12-01T10:00:00Z" }));
const READY: Place = { stage: "ready" };

describe("without a share, the next place", () => {
  it("is one rung after the other, from off to retired, each of them legal", () => {
    const taken: Place[] = [];
    for (let place = proposed([]); place !== undefined; place = proposed(steps(...taken))) {
      expect(whyNot(taken.at(-1), place)).toBeUndefined();
      taken.push(place);
    }
    expect(taken).toEqual([
      { stage: "adopt" },
      { stage: "adopt", prepared: true },
      { stage: "ready", percent: 0 },
      { stage: "canary", percent: 1 },
      { stage: "canary", percent: 5 },
      { stage: "ramp", percent: 25 },
      { stage: "ramp", percent: 50 },
      { stage: "full", percent: 100 },
      { stage: "drained", percent: 100 },
      { stage: "retired", percent: 100 },
    ]);
  });

  it("is the same whether a stage with one share says it or not", () => {
    expect(proposed(steps({ stage: "ready" }))).toEqual({ stage: "canary", percent: 1 });
    expect(proposed(steps({ stage: "full" }))).toEqual({ stage: "drained", percent: 100 });
    expect(proposed(steps({ stage: "retired", givenUp: true }))).toBeUndefined();
  });

  it.each<readonly [from: Place, to: Place]>([
    [
      { stage: "canary", percent: 3 },
      { stage: "canary", percent: 5 },
    ],
    [
      { stage: "ramp", percent: 5 },
      { stage: "ramp", percent: 25 },
    ],
    [
      { stage: "ramp", percent: 24 },
      { stage: "ramp", percent: 25 },
    ],
    [
      { stage: "ramp", percent: 26 },
      { stage: "ramp", percent: 50 },
    ],
    [
      { stage: "ramp", percent: 99 },
      { stage: "full", percent: 100 },
    ],
  ])("goes from a share between two of them to the one above: %o to %o", (from, to) => {
    expect(proposed(steps(from))).toEqual(to);
  });

  it("has after a way back another share than the first users had before it", () => {
    expect(proposed(steps({ stage: "canary", percent: 1 }, READY))).toEqual({ stage: "canary", percent: 2 });
    expect(proposed(steps({ stage: "canary", percent: 2 }, READY))).toEqual({ stage: "canary", percent: 1 });
    expect(proposed(steps({ stage: "ramp", percent: 25 }, READY))).toEqual({ stage: "canary", percent: 1 });
    expect(proposed(steps({ stage: "canary", percent: 5 }, { stage: "canary", percent: 1 }))).toEqual({
      stage: "canary",
      percent: 5,
    });
  });
});

describe("with a share, the next place", () => {
  it.each<readonly [from: Place, percent: number, to: Place]>([
    [READY, 3, { stage: "canary", percent: 3 }],
    [READY, 5, { stage: "canary", percent: 5 }],
    [{ stage: "canary", percent: 1 }, 5, { stage: "canary", percent: 5 }],
    [{ stage: "canary", percent: 1 }, 6, { stage: "ramp", percent: 6 }],
    [{ stage: "ramp", percent: 25 }, 5, { stage: "ramp", percent: 5 }],
    [{ stage: "ramp", percent: 25 }, 3, { stage: "canary", percent: 3 }],
    [{ stage: "ramp", percent: 50 }, 100, { stage: "full", percent: 100 }],
    [{ stage: "full" }, 50, { stage: "ramp", percent: 50 }],
    [{ stage: "drained" }, 0, { stage: "ready", percent: 0 }],
  ])("stays in its stage as long as that takes it, and is legal: %o, %i, %o", (from, percent, to) => {
    expect(proposed(steps(from), percent)).toEqual(to);
    expect(whyNot(from, to)).toBeUndefined();
  });

  it.each<readonly [from: Place, percent: number, why: string]>([
    [{ stage: "adopt" }, 5, "must be adopt with prepared: true (it follows adopt)"],
    [{ stage: "adopt", prepared: true }, 50, "must be ready (it follows adopt, prepared)"],
    [READY, 50, "must be canary (it follows ready)"],
    [READY, 0, "must be canary (it follows ready)"],
    [{ stage: "full" }, 100, "must be drained, or back to ready or canary or ramp (it follows full)"],
  ])("is not left out when it cannot follow, so that it is refused: %o, %i", (from, percent, why) => {
    expect(whyNot(from, proposed(steps(from), percent) as Place)).toBe(why);
  });

  it("is ready, with none, before there are weights", () => {
    expect(proposed(steps({ stage: "adopt", prepared: true }), 0)).toEqual({ stage: "ready", percent: 0 });
  });
});
