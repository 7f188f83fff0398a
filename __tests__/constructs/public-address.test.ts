import { describe, expect, it } from "vitest";
import { ManagedIdentity } from "../../constructs/managed-identity";
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

  it("has no public name unless told, and no role of anybody", () => {
    const { all, one } = synthStack((stack) => {
      new PublicAddress(stack, "address", { name: "pip", resourceGroup: ground(stack), zones: [] });
    });
    expect(one("azurerm_public_ip")).not.toHaveProperty("domain_name_label");
    expect(all("azurerm_role_assignment")).toEqual([]);
  });

  it("is used by a cluster that may change this address and no other", () => {
    const { one } = synthStack((stack) => {
      const resourceGroup = ground(stack);
      const address = new PublicAddress(stack, "address", { name: "pip", resourceGroup, zones: [] });
      address.grantUse(new ManagedIdentity(stack, "cluster", { name: "id-cluster", resourceGroup }));
    });
    expect(one("azurerm_role_assignment")).toMatchObject({
      role_definition_name: "Network Contributor",
      scope: "${azurerm_public_ip.address.id}",
      principal_id: "${azurerm_user_assigned_identity.cluster.principal_id}",
    });
  });
});
