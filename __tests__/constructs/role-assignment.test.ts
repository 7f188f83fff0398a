import { describe, expect, it } from "vitest";
import { roleAssignmentName } from "../../constructs/role-assignment";

describe("roleAssignmentName", () => {
  it("is the same UUID for ever, so that an assignment can be imported", () => {
    expect(roleAssignmentName("crmmrvstgk3m7", "AcrPull", "id-mmrv-staging-kubelet")).toBe(
      "7df54428-470e-5fa5-89c8-eb1d7def39a8",
    );
  });

  it("differs by scope, role and principal", () => {
    const names = [
      ["a", "b", "c"],
      ["x", "b", "c"],
      ["a", "x", "c"],
      ["a", "b", "x"],
    ].map(([scope, role, principal]) => roleAssignmentName(scope ?? "", role ?? "", principal ?? ""));
    expect(new Set(names).size).toBe(4);
  });
});
