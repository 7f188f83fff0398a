import { describe, expect, it } from "vitest";
import { ALL_GATES, gatesOf } from "../../../model/cutover/gates";
import type { Place } from "../../../model/cutover/transitions";
import type { Application } from "../../../model/schema/application";

const names = (from: Place | undefined, to: Place, kind: Application["from"] = "ecs") =>
  gatesOf({ from: kind }, from, to).map(({ name }) => name);
const CANARY: Place = { stage: "canary", percent: 1 };
const FIRST_USER = [
  ...["certificates", "side-by-side", "redirect-uris", "allow-lists-out", "allow-lists-in", "mail"],
  ...["pinned-addresses", "stale-proxies", "jobs-owner", "connections", "schema"],
];

describe("the gates of a step", () => {
  it.each<readonly [from: Place, to: Place, gates: readonly string[]]>([
    [{ stage: "adopt", prepared: true }, { stage: "ready" }, ["zone", "certificates"]],
    [{ stage: "ready" }, CANARY, FIRST_USER],
    [CANARY, { stage: "canary", percent: 5 }, ["errors", "latency"]],
    [CANARY, { stage: "ramp", percent: 25 }, ["errors", "latency"]],
    [{ stage: "ramp", percent: 25 }, { stage: "ramp", percent: 50 }, ["errors", "latency"]],
    [{ stage: "ramp", percent: 50 }, { stage: "full" }, ["errors", "latency", "business-day"]],
    [{ stage: "full" }, { stage: "drained" }, ["requests-left", "jobs-moved"]],
    [{ stage: "drained" }, { stage: "retired" }, ["requests-left", "nobody-else", "data"]],
  ])("that sends more users to Azure, or takes their way back: %o to %o", (from, to, gates) => {
    expect(names(from, to)).toEqual(gates);
  });

  it("ask of the twins where a frontend comes from Amplify, and there alone", () => {
    expect(names({ stage: "ready" }, CANARY, "amplify")).toEqual([...FIRST_USER, "twins"]);
    expect(names({ stage: "ready" }, CANARY, "nowhere")).toEqual(FIRST_USER);
  });

  it.each<readonly [from: Place | undefined, to: Place]>([
    [undefined, { stage: "adopt" }],
    [{ stage: "adopt" }, { stage: "adopt", prepared: true }],
    [
      { stage: "ramp", percent: 50 },
      { stage: "ramp", percent: 25 },
    ],
    [{ stage: "ramp", percent: 50 }, CANARY],
    [{ stage: "full" }, { stage: "ready" }],
    [{ stage: "drained" }, { stage: "full" }],
    [{ stage: "retired" }, { stage: "retired", givenUp: true }],
  ])("are none where nobody moves to Azure: %o to %o", (from, to) => {
    expect(names(from, to)).toEqual([]);
  });
});

it("each gate is there once by its name, and is either measured or a question", () => {
  const all = ALL_GATES.map(({ name }) => name);
  expect(new Set(all).size).toBe(all.length);
  expect(ALL_GATES.filter(({ asks }) => asks === undefined).map(({ name }) => name)).toEqual([
    ...["zone", "certificates", "side-by-side", "errors", "latency", "requests-left"],
  ]);
  expect(ALL_GATES.filter(({ asks }) => asks?.endsWith("?") === false)).toEqual([]);
});
