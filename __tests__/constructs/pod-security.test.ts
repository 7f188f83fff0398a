import { describe, expect, it } from "vitest";
import { PodSecurity } from "../../constructs/pod-security";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("PodSecurity", () => {
  it.each(["Audit", "Deny"] as const)("assigns the restricted standard to our namespaces alone: %s", (effect) => {
    const assignment = synthStack((stack) => {
      ground(stack);
      new PodSecurity(stack, "pods", {
        effect,
        name: "restricted",
        namespaces: ["mmrv"],
        resourceGroupId: "/subscriptions/s/resourceGroups/rg-test",
      });
    }).one("azurerm_resource_group_policy_assignment");
    expect(assignment).toMatchObject({
      name: "restricted",
      display_name: expect.stringContaining(effect),
      resource_group_id: "/subscriptions/s/resourceGroups/rg-test",
      // "Kubernetes cluster pod security restricted standards for Linux-based workloads".
      policy_definition_id:
        "/providers/Microsoft.Authorization/policySetDefinitions/42b8ef37-b724-4e24-bbc8-7a7708edfe00",
    });
    // All of them: the initiative's own defaults allow fourteen capabilities and drop none.
    expect(JSON.parse(assignment.parameters)).toEqual({
      effect: { value: effect },
      namespaces: { value: ["mmrv"] },
      allowedCapabilities: { value: ["NET_BIND_SERVICE"] },
      requiredDropCapabilities: { value: ["ALL"] },
    });
  });
});
