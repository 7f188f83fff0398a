import { describe, expect, it } from "vitest";
import { ContainerRegistry } from "../../../constructs/container-registry";
import { PublicAddress } from "../../../constructs/public-address";
import { ground } from "../../support/provider-stack";
import { stage } from "../../support/real-provider";
import { requires } from "../../support/requires";

describe("a Premium registry that answers ranges", requires("azurerm provider"), () => {
  it("is applied once, and then nothing is left to plan", async () => {
    const { run, azure, stop } = await stage((stack) => {
      const resourceGroup = ground(stack);
      const { ipAddress } = new PublicAddress(stack, "address", { name: "pip", resourceGroup, zones: [] });
      const network = { allowedRanges: ["203.0.113.0/29", ipAddress] };
      const tier = {
        tier: "Premium",
        dedicatedDataEndpoint: true,
        untaggedRetentionDays: 7,
        replicaRegions: ["centralus"],
        network,
      } as const;
      new ContainerRegistry(stack, "registry", { name: "crtest", resourceGroup, tier });
    });
    try {
      await run.apply();
      await run.planIsEmpty();
      expect(
        azure.requests.filter((request) => request.startsWith("PUT ") && request.endsWith("/registries/crtest")),
      ).toHaveLength(1);
    } finally {
      await stop();
    }
  });
});
