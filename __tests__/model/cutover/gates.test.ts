import { describe, expect, it } from "vitest";
import { ALL_GATES, gatesOf } from "../../../model/cutover/gates";
import { isAnswered } from "../../../model/cutover/step-rules";
import type { Place } from "../../../model/cutover/transitions";
import type { Application } from "../../../model/schema/application";

const SOURCES = ["ecs", "amplify", "nowhere"] as const satisfies readonly Application["from"][];
const OFF: Place = { stage: "off" };
const PREPARED: Place = { stage: "adopt", prepared: true };
const READY: Place = { stage: "ready" };
const canary = (percent: number): Place => ({ stage: "canary", percent });
const ramp = (percent: number): Place => ({ stage: "ramp", percent });
const [FULL, DRAINED, RETIRED]: readonly Place[] = [{ stage: "full" }, { stage: "drained" }, { stage: "retired" }];

const namesOf = (from: Application["from"], before: Place | undefined, to: Place) =>
  gatesOf({ from }, before, to).map(({ name }) => name);

const FIRST_USER = [
  "certificates",
  "side-by-side",
  "redirect-uris",
  "allow-lists-out",
  "allow-lists-in",
  "mail",
  "pinned-addresses",
  "stale-proxies",
  "jobs-owner",
  "connections",
  "schema",
];

describe("what must be known before a step", () => {
  it.each<[string, Place | undefined, Place, readonly string[]]>([
    ["adopt", undefined, { stage: "adopt" }, []],
    ["adopt, said to follow off", OFF, { stage: "adopt" }, []],
    ["the prepared adopt", { stage: "adopt" }, PREPARED, []],
    ["ready", PREPARED, READY, ["zone", "certificates"]],
    ["a larger canary", canary(1), canary(5), ["errors", "latency"]],
    ["ramp", canary(5), ramp(5), ["errors", "latency"]],
    ["a larger ramp", ramp(25), ramp(50), ["errors", "latency"]],
    ["full", ramp(99), FULL ?? OFF, ["errors", "latency", "business-day"]],
    ["drained", FULL, DRAINED ?? OFF, ["requests-left", "jobs-moved"]],
    ["retired", DRAINED, RETIRED ?? OFF, ["requests-left", "nobody-else", "data"]],
  ])("is the same of every application: %s", (_, before, to, gates) => {
    for (const from of SOURCES) expect(namesOf(from, before, to)).toEqual(gates);
  });

  it("is most before the first user, and of what Amplify serves that its twins are one build", () => {
    for (const percent of [1, 5]) {
      expect(namesOf("ecs", READY, canary(percent))).toEqual(FIRST_USER);
      expect(namesOf("nowhere", READY, canary(percent))).toEqual(FIRST_USER);
      expect(namesOf("amplify", READY, canary(percent))).toEqual([...FIRST_USER, "twins"]);
    }
  });

  it.each<[string, Place | undefined, Place]>([
    ["a smaller canary", canary(5), canary(1)],
    ["canary after ramp", ramp(5), canary(5)],
    ["a smaller ramp", ramp(50), ramp(25)],
    ["ramp after full", FULL, ramp(99)],
    ["full after drained", DRAINED, FULL ?? OFF],
    ["nobody after the first user", canary(1), READY],
    ["nobody after everybody", DRAINED, READY],
    ["giving the records up", RETIRED, { stage: "retired", givenUp: true }],
  ])("is nothing before a way back, nor before what moves nobody: %s", (_, before, to) => {
    for (const from of SOURCES) expect(namesOf(from, before, to)).toEqual([]);
  });
});

describe("a gate", () => {
  it("has one name, one sentence of what it is about, and one question at most", () => {
    expect(ALL_GATES.map(({ asks, name }) => [name, asks === undefined ? "measured" : "asked"])).toEqual([
      ["zone", "measured"],
      ["certificates", "measured"],
      ["side-by-side", "measured"],
      ["redirect-uris", "asked"],
      ["allow-lists-out", "asked"],
      ["allow-lists-in", "asked"],
      ["mail", "asked"],
      ["pinned-addresses", "asked"],
      ["stale-proxies", "asked"],
      ["jobs-owner", "asked"],
      ["connections", "asked"],
      ["schema", "asked"],
      ["twins", "asked"],
      ["errors", "measured"],
      ["latency", "measured"],
      ["business-day", "asked"],
      ["requests-left", "measured"],
      ["jobs-moved", "asked"],
      ["nobody-else", "asked"],
      ["data", "asked"],
    ]);
  });

  it("asks what yes or no can answer, and yes is the good answer", () => {
    for (const { about, asks, name } of ALL_GATES) {
      expect([name, /^[a-z][a-z0-9-]*$/.test(name), about.length > 0]).toEqual([name, true, true]);
      if (asks !== undefined) expect(asks).toMatch(/^(Are|Do|Does|Has|Is|Were) .*\?$/);
    }
  });

  it("is answered by yes where it asks, and by anything where it measures", () => {
    const [measured, asked] = [
      { name: "errors", about: "the share of 5xx" },
      { name: "mail", about: "senders of mail", asks: "Is it so?" },
    ];
    const answers = ["yes", "yes, on Monday", "no", "not measured: no Prometheus", "yesterday", "", undefined];
    expect(answers.map((answer) => [isAnswered(measured, answer), isAnswered(asked, answer)])).toEqual([
      [true, true],
      [true, true],
      [true, false],
      [true, false],
      [true, false],
      [true, false],
      [false, false],
    ]);
  });
});
