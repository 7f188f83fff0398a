import type { Subscription } from "../model/subscription";

/** What a person with Owner makes once, before any environment. */
export const bootstrap: Subscription = {
  name: "bootstrap",
  suffix: "k3m7",
  region: "eastus2",
  administratorGroupObjectIds: ["00000000-0000-0000-0000-000000000001"],
  state: { replication: "GZRS", softDeleteDays: 30 },
  hcpTerraform: { use: "none" },
  computeFeatures: ["EncryptionAtHost"],
  defenderForContainers: true,
  budget: { monthlyLimit: 2500, startDate: "2026-12-01", contactEmails: ["finance@mmrv.invalid"] },
  deletionGuard: true,
  locks: true,
};
