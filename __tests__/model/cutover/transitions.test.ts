import { describe, expect, it } from "vitest";
import { STAGES, type Stage } from "../../../model/cutover/stages";
import { legalAfter, nextStage, type Place, placeText, whyNot } from "../../../model/cutover/transitions";

/** Every place at which users can be, with both edges of the shares that a stage takes. */
const PLACES: readonly (readonly [title: string, place: Place])[] = [
  ["off", { stage: "off" }],
  ["adopt", { stage: "adopt" }],
  ["prepared", { stage: "adopt", prepared: true }],
  ["ready", { stage: "ready" }],
  ["canary 1", { stage: "canary", percent: 1 }],
  ["canary 5", { stage: "canary", percent: 5 }],
  ["ramp 5", { stage: "ramp", percent: 5 }],
  ["ramp 50", { stage: "ramp", percent: 50 }],
  ["ramp 99", { stage: "ramp", percent: 99 }],
  ["full", { stage: "full" }],
  ["drained", { stage: "drained" }],
  ["retired", { stage: "retired" }],
  ["given up", { stage: "retired", givenUp: true }],
];

/** Written by hand. A row is where users are, a column where they go: > on, < back, = another share, . illegal. */
const MAP = `
            off adopt prepared ready canary1 canary5 ramp5 ramp50 ramp99 full drained retired given-up
  off        .    >      .       .      .       .      .      .      .     .      .       .       .
  adopt      .    .      >       .      .       .      .      .      .     .      .       .       .
  prepared   .    .      .       >      .       .      .      .      .     .      .       .       .
  ready      .    .      .       .      >       >      .      .      .     .      .       .       .
  canary1    .    .      .       <      .       =      >      >      >     .      .       .       .
  canary5    .    .      .       <      =       .      >      >      >     .      .       .       .
  ramp5      .    .      .       <      <       <      .      =      =     >      .       .       .
  ramp50     .    .      .       <      <       <      =      .      =     >      .       .       .
  ramp99     .    .      .       <      <       <      =      =      .     >      .       .       .
  full       .    .      .       <      <       <      <      <      <     .      >       .       .
  drained    .    .      .       <      <       <      <      <      <     <      .       >       .
  retired    .    .      .       .      .       .      .      .      .     .      .       .       >
  given-up   .    .      .       .      .       .      .      .      .     .      .       .       .
`;

const RULES: readonly string[][] = MAP.trim()
  .split("\n")
  .slice(1)
  .map((line) => line.trim().split(/\s+/).slice(1));

/** What is said of every illegal step from a place, written by hand. */
const SENTENCES: Readonly<Record<string, string>> = {
  off: "must be adopt (it follows off)",
  adopt: "must be adopt with prepared: true (it follows adopt)",
  prepared: "must be ready (it follows adopt, prepared)",
  ready: "must be canary (it follows ready)",
  "canary 1": "must be canary with another percent, or ramp, or back to ready (it follows canary with 1 %)",
  "canary 5": "must be canary with another percent, or ramp, or back to ready (it follows canary with 5 %)",
  "ramp 5": "must be ramp with another percent, or full, or back to ready or canary (it follows ramp with 5 %)",
  "ramp 50": "must be ramp with another percent, or full, or back to ready or canary (it follows ramp with 50 %)",
  "ramp 99": "must be ramp with another percent, or full, or back to ready or canary (it follows ramp with 99 %)",
  full: "must be drained, or back to ready or canary or ramp (it follows full)",
  drained: "must be retired, or back to ready or canary or ramp or full (it follows drained)",
  retired: "must be retired with givenUp: true (it follows retired)",
  "given up": "must be absent (nothing follows retired, given up)",
};

const PAIRS = PLACES.flatMap(([before, from], row) =>
  PLACES.map(([after, to], column) => ({ before, from, after, to, rule: RULES[row]?.[column] ?? "" })),
);

describe("every pair of places", () => {
  it("is in the map", () => {
    expect([RULES.length, ...new Set(RULES.map((row) => row.length))]).toEqual([PLACES.length, PLACES.length]);
    expect(PAIRS.filter(({ rule }) => !["<", "=", ">", "."].includes(rule))).toEqual([]);
    expect(PAIRS).toHaveLength(169);
  });

  it.each(PAIRS)("from $before to $after is judged as the map has it: $rule", ({ before, from, rule, to }) => {
    expect(whyNot(from, to)).toBe(rule === "." ? SENTENCES[before] : undefined);
  });
});

describe("the way back to Azure 0", () => {
  it("is legal from each stage between canary and drained, whatever the share, and from nowhere else", () => {
    const back = PLACES.filter(([, from]) => whyNot(from, { stage: "ready" }) === undefined).map(([title]) => title);
    expect(back).toEqual([
      "prepared", // The way on: nobody was on Azure yet.
      "canary 1",
      "canary 5",
      "ramp 5",
      "ramp 50",
      "ramp 99",
      "full",
      "drained",
    ]);
  });

  it("is one step of the same kind, however often it is gone: after it come the first users again", () => {
    const ready: Place = { stage: "ready" };
    expect(whyNot(ready, { stage: "canary", percent: 1 })).toBeUndefined();
    expect(whyNot(ready, { stage: "ramp", percent: 50 })).toBe("must be canary (it follows ready)");
  });
});

describe("a share", () => {
  it("may be any other one within a stage, up or down", () => {
    const percents = (stage: Stage, from: number, candidates: readonly number[]) =>
      candidates.filter((percent) => whyNot({ stage, percent: from }, { stage, percent }) === undefined);
    expect(percents("canary", 3, [1, 2, 3, 4, 5])).toEqual([1, 2, 4, 5]);
    expect(percents("ramp", 50, [5, 25, 50, 75, 99])).toEqual([5, 25, 75, 99]);
  });
});

describe("a first step", () => {
  it("follows nothing as it would follow off", () => {
    expect(whyNot(undefined, { stage: "adopt" })).toBeUndefined();
    expect(whyNot(undefined, { stage: "ready" })).toBe("must be adopt (it follows off)");
    expect(whyNot(undefined, { stage: "adopt", prepared: true })).toBe("must be adopt (it follows off)");
  });
});

describe("what may follow", () => {
  it("is listed for a person who asks what is next, the way back included", () => {
    expect(legalAfter({ stage: "canary", percent: 5 })).toEqual([
      "canary with another percent",
      "ramp",
      "back to ready",
    ]);
    expect(legalAfter({ stage: "retired", givenUp: true })).toEqual([]);
  });

  it("is of stages the next of the list, and nothing after the last", () => {
    expect(STAGES.map(nextStage)).toEqual([
      "adopt",
      "ready",
      "canary",
      "ramp",
      "full",
      "drained",
      "retired",
      undefined,
    ]);
  });
});

describe("a place in words", () => {
  it("says the share where there is a choice of one, and what a stage has two of", () => {
    expect(PLACES.map(([, place]) => placeText(place))).toEqual([
      "off",
      "adopt",
      "adopt, prepared",
      "ready",
      "canary with 1 %",
      "canary with 5 %",
      "ramp with 5 %",
      "ramp with 50 %",
      "ramp with 99 %",
      "full",
      "drained",
      "retired",
      "retired, given up",
    ]);
  });
});
