import { describe, expect, it } from "vitest";
import { podSecurityLabels } from "../../../constructs/support/pod-security-labels";

describe("podSecurityLabels", () => {
  it("holds pods to the restricted standard of the cluster's version, and says so in audits and warnings too", () => {
    expect(podSecurityLabels("1.35")).toEqual({
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/enforce-version": "v1.35",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/audit-version": "v1.35",
      "pod-security.kubernetes.io/warn": "restricted",
      "pod-security.kubernetes.io/warn-version": "v1.35",
    });
  });
});
