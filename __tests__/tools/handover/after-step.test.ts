import { describe, expect, it } from "vitest";
import { remainingOf } from "../../../tools/handover/after-step";
import { delivering } from "../../support/flux-objects";

describe("what is left to do after the last step back to Terraform", () => {
  const left = (delivery: Parameters<typeof delivering>[0]) =>
    remainingOf(delivering(delivery), { release: "backend", from: "handover", to: "terraform" });
  const always = [
    "commit environments/staging.ts with what was rendered, and merge it",
    "npx mmrv deploy staging-gitops: Flux no longer applies the folder, and its HelmRelease stays, suspended",
    "npx mmrv handover back staging backend once more: it takes the HelmRelease away",
    "npx mmrv adopt staging-backend",
    "npx mmrv deploy staging-backend: the plan must have updates in place alone",
    "npx mmrv handover status staging backend",
  ];

  it("is all that gives the release back, in its order", () => {
    expect(left({ backend: "handover", frontend: "flux" })).toEqual(always);
  });

  it("begins with an approval when it is Flux's last: its configuration goes with it, and is protected", () => {
    expect(left({ backend: "handover", frontend: "terraform" })).toEqual([
      "azurerm_kubernetes_flux_configuration.configuration will be deleted with its last release, which uninstalls nothing: it needs an approval for staging-gitops in environments/approvals.ts",
      ...always,
    ]);
  });
});
