import { describe, expect, it } from "vitest";
import { override } from "../../../constructs/support/override";
import { ground } from "../../support/provider-stack";
import { synthStack } from "../../support/synth";

describe("override", () => {
  it("sets what the bindings cannot say, by the path in the synthesized JSON, and leaves the rest", () => {
    const { one } = synthStack((stack) => {
      override(ground(stack), "timeouts.create", "1h", "a test");
    });
    expect(one("azurerm_resource_group")).toMatchObject({
      name: "rg-test",
      location: "eastus2",
      timeouts: { create: "1h" },
    });
  });
});
