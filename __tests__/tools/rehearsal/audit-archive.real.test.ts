import { describe, expect, it } from "vitest";
import { AuditArchive } from "../../../constructs/audit-archive";
import { PublicAddress } from "../../../constructs/public-address";
import { endpointsOf } from "../../support/network-fixture";
import { stage } from "../../support/real-provider";
import { requires } from "../../support/requires";

describe("an archive of audit logs", requires("azurerm provider"), () => {
  it("is applied once, immutable before the first log arrives, and then nothing is left to plan", async () => {
    const { run, azure, stop } = await stage((stack) => {
      const { endpoints, resourceGroup } = endpointsOf(stack);
      const archive = new AuditArchive(stack, "archive", { name: "stmmrv", resourceGroup, keepDays: 365, endpoints });
      archive.collect(new PublicAddress(stack, "source", { name: "pip", resourceGroup, zones: [] }), ["kube-audit"]);
    });
    try {
      await run.apply();
      await run.planIsEmpty();
      await run.idsAreComputable();
      const made = azure.requests.filter((request) => request.startsWith("PUT "));
      const [policy, logs] = [/\/immutabilityPolicies\/default$/i, /\/diagnosticSettings\/to-archive$/i].map((of) =>
        made.findIndex((request) => of.test(request)),
      );
      expect(policy).toBeGreaterThan(-1);
      expect(logs).toBeGreaterThan(policy ?? 0);
      await run.destroy();
      expect(azure.arm.store.ofType("microsoft.storage/storageaccounts")).toEqual([]);
    } finally {
      await stop();
    }
  });
});
