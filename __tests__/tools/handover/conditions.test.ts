import { describe, expect, it } from "vitest";
import { UserError } from "../../../model/user-error";
import { bad, condition, good, grouped, linesOfCondition } from "../../../tools/handover/conditions";

const nobody = () => Promise.reject(new UserError("kubectl looks at no cluster\n  next: az aks get-credentials"));

describe("a condition", () => {
  it("is told in a line, and what to do about it under it unless it is good", async () => {
    const all = await Promise.all([
      condition("plan", () => good("nothing would change")),
      condition("pods", async () => bad("one is missing", "wait")),
      condition("release", nobody),
      condition("labels", nobody),
    ]);
    expect(grouped(all).flatMap(linesOfCondition)).toEqual([
      "good     plan: nothing would change",
      "bad      pods: one is missing",
      "         next: wait",
      "unknown  release, labels: kubectl looks at no cluster",
      "         next: az aks get-credentials",
    ]);
  });

  it("keeps a remedy that is a list short", async () => {
    const markers = () =>
      Promise.reject(new UserError("5 values are still markers\n  a: x\n  b: x\n  c: x\n  d: x\n  e: x"));
    expect(await condition("plan", markers)).toEqual({
      what: "plan",
      isGood: undefined,
      text: "5 values are still markers",
      remedy: "a: x b: x c: x and 2 more",
    });
  });

  it("that is a bug of ours is no answer", async () => {
    await expect(condition("plan", () => Promise.reject(new TypeError("x is not a function")))).rejects.toThrow(
      TypeError,
    );
  });
});
