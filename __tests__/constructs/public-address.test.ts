import { describe, expect, it } from "vitest";
import { PublicAddress } from "../../constructs/public-address";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("PublicAddress", () => {
  it("is static, zone-redundant, and found under its label", () => {
    const { one } = synthStack((stack) => {
      new PublicAddress(stack, "address", {
        name: "pip",
        resourceGroup: ground(stack),
        zones: ["1", "2", "3"],
        dnsLabel: "mmrv",
      });
    });
    expect(one("azurerm_public_ip")).toMatchObject({
      allocation_method: "Static",
      sku: "Standard",
      zones: ["1", "2", "3"],
      domain_name_label: "mmrv",
    });
  });
});
