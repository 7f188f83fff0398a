import { afterEach, describe, expect, it, vi } from "vitest";
import { Kubectl } from "../../../../tools/deploy/kubernetes/kubectl";
import { warningsIn } from "../../../../tools/deploy/kubernetes/warnings";

const kubectl = new Kubectl();
afterEach(() => {
  vi.restoreAllMocks();
});

const event = (name: string, time: object = {}, message = "0/3 nodes are available") => ({
  reason: "FailedScheduling",
  message,
  involvedObject: { kind: "Pod", name },
  ...time,
});
/** What is told of these events, oldest first as kubectl sorts them. */
function told(items: readonly object[], which?: Parameters<typeof warningsIn>[2]): Promise<string[]> {
  vi.spyOn(kubectl, "run").mockResolvedValue(JSON.stringify({ items }));
  return warningsIn(kubectl, "mmrv", which);
}
const line = (name: string) => `Pod ${name}: FailedScheduling: 0/3 nodes are available`;

describe("the warnings of a namespace", () => {
  it("are those of the releases that are asked for, by the names of their objects", async () => {
    const names = ["backend", "backend-7d9f-x2x", "backends", "frontend-1", "cron-backend-1"];
    const events = names.map((name) => event(name));
    expect(await told(events, { of: ["backend"] })).toEqual([line("backend"), line("backend-7d9f-x2x")]);
    expect(await told(events)).toEqual(names.map(line));
  });

  it("are those since a moment, whichever API wrote down when they were", async () => {
    const since = new Date("2026-12-01T08:00:00Z");
    const events = [
      event("old", { lastTimestamp: "2026-12-01T07:59:59Z" }),
      event("old-too", { lastTimestamp: null, eventTime: "2026-12-01T07:59:59.999999Z" }),
      event("now", { lastTimestamp: "2026-12-01T08:00:00Z", eventTime: null }),
      event("new", { lastTimestamp: null, eventTime: "2026-12-01T08:30:00.000000Z" }),
      event("undated", { lastTimestamp: null, eventTime: null }),
    ];
    expect(await told(events, { since })).toEqual(["now", "new", "undated"].map(line));
  });

  it("are the newest few, each once and in one line", async () => {
    const events = ["a", "b", "c", "d", "e", "f", "f"].map((name) => event(name));
    expect(await told(events)).toEqual(["b", "c", "d", "e", "f"].map(line));
    expect(await told(events, { most: 2 })).toEqual(["e", "f"].map(line));
    expect(await told([event("a", {}, "no\n  room")])).toEqual(["Pod a: FailedScheduling: no room"]);
  });

  it("are asked for with one call, sorted by kubectl", async () => {
    await told([]);
    expect(vi.mocked(kubectl.run).mock.calls.map(([args]) => args.join(" "))).toEqual([
      "get events --namespace mmrv --field-selector type=Warning --sort-by .lastTimestamp --output json",
    ]);
  });
});
