import { describe, expect, it } from "vitest";
import type { AzureAnswer, AzureRequest } from "../../../tools/azure/ask";
import { askFlux, fluxConfigurationId } from "../../../tools/azure/flux-state";

const ID = fluxConfigurationId(
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c",
  "mmrv",
);

/** What is understood of an answer, and what was asked. */
async function understood(answer: AzureAnswer | Error) {
  const asked: AzureRequest[] = [];
  const found = await askFlux(ID, () => async (request) => {
    asked.push(request);
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { asked, found };
}
const ok = (properties: unknown) => ({ status: 200, body: JSON.stringify({ name: "mmrv", properties }) });

describe("what Flux tells Azure", () => {
  it("is asked of Azure Resource Manager alone, by the version that says it", async () => {
    const { asked, found } = await understood({ status: 404, body: "" });
    expect(asked).toEqual([
      {
        url: "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/mmrv?api-version=2025-04-01",
      },
    ]);
    expect(found).toEqual({ is: "absent" });
  });

  it("keeps what is judged of it, with the nulls that Azure gives", async () => {
    const { found } = await understood(
      ok({
        complianceState: "Non-Compliant",
        errorMessage: null,
        sourceKind: "GitRepository",
        kustomizations: { backend: { path: "./gitops/staging/backend" } },
        statusUpdatedAt: "2026-11-30T04:00:00Z",
        statuses: [
          {
            kind: "HelmRelease",
            name: "backend",
            namespace: "mmrv-gitops",
            complianceState: "Non-Compliant",
            appliedBy: { name: "mmrv-backend", namespace: "mmrv-gitops" },
            helmReleaseProperties: { failureCount: 1 },
            statusConditions: [
              { type: "Ready", status: "False", reason: "UpgradeFailed", message: "no", lastTransitionTime: "x" },
            ],
          },
          { kind: "GitRepository", name: "mmrv", complianceState: "Compliant", statusConditions: null },
        ],
      }),
    );
    expect(found).toEqual({
      is: "state",
      state: {
        complianceState: "Non-Compliant",
        errorMessage: null,
        kustomizations: { backend: { path: "./gitops/staging/backend" } },
        statusUpdatedAt: "2026-11-30T04:00:00Z",
        statuses: [
          {
            kind: "HelmRelease",
            name: "backend",
            namespace: "mmrv-gitops",
            complianceState: "Non-Compliant",
            statusConditions: [{ type: "Ready", status: "False", reason: "UpgradeFailed", message: "no" }],
          },
          { kind: "GitRepository", name: "mmrv", complianceState: "Compliant", statusConditions: null },
        ],
      },
    });
  });

  it.each([
    ["refuses", { status: 403, body: "{}" }, "Azure answers 403: whoever asks needs Reader on the cluster"],
    ["fails", { status: 500, body: "{}" }, "Azure answers 500"],
    [
      "is a page of somebody's",
      { status: 200, body: "<html>" },
      "Azure answers something that is no configuration of Flux",
    ],
    ["has another shape", ok({ statuses: [{ kind: 1 }] }), "Azure answers something that is no configuration of Flux"],
    [
      "has no login",
      Object.assign(new Error("no\nmore"), { name: "CredentialUnavailableError" }),
      "there is no login to Azure, or an expired one: az login, then again",
    ],
    ["is away", new Error("getaddrinfo ENOTFOUND\u001b[31m\nmore"), "getaddrinfo ENOTFOUND\\u001b[31m"],
  ])("is unknown when Azure %s", async (_, answer, why) => {
    expect((await understood(answer)).found).toEqual({ is: "unknown", why });
  });
});
