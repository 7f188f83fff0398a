import { describe, expect, it } from "vitest";
import type { Delivery } from "../../../model/schema/git-ops";
import type { FluxAnswer, FluxObjectStatus, FluxState } from "../../../tools/azure/flux-state";
import { type Drifted, type Evaluation, joined, describe as told } from "../../../tools/deploy/evaluation";
import { evaluateFlux, reliesOnFlux } from "../../../tools/deploy/flux-drift";
import { staging } from "../../support/fixtures/environments/staging";
import { answered, sha256, stackInfo } from "../../support/small-stack";

const NOW = new Date("2026-11-30T04:17:00Z");
const environment = (delivery: Record<string, Delivery> = { backend: "flux" }) => ({
  ...answered(staging),
  gitOps: { via: "deployKey", delivery } as const,
});
const AZURE = {
  json: { terraform: { required_providers: { azurerm: { source: "hashicorp/azurerm", version: "1" } } } },
};

const object = (kind: string, name: string, change: Partial<FluxObjectStatus> = {}): FluxObjectStatus => ({
  kind,
  name,
  namespace: "mmrv-gitops",
  complianceState: "Compliant",
  ...change,
});
const SOURCE = object("GitRepository", "mmrv");
const KUSTOMIZATION = object("Kustomization", "mmrv-backend");
const RELEASE = object("HelmRelease", "backend");
const state = (statuses: readonly FluxObjectStatus[], more: Partial<FluxState> = {}): FluxAnswer => ({
  is: "state",
  state: { statusUpdatedAt: "2026-11-30T04:10:00Z", statuses: [...statuses], ...more },
});

/** What becomes of a stack when Azure answers so, and which configuration was asked about. */
async function judged(stack: string, answer: FluxAnswer, settings = environment()) {
  const asked: string[] = [];
  const ask = async (id: string) => {
    asked.push(id);
    return answer;
  };
  return { asked, evaluation: await evaluateFlux(stackInfo(stack, { settings, ...AZURE }), { ask, now: NOW }) };
}
const ofRelease = async (...statuses: FluxObjectStatus[]) =>
  (await judged("staging-backend", state([SOURCE, ...statuses]))).evaluation;

const FAILED = object("HelmRelease", "backend", {
  complianceState: "Non-Compliant",
  statusConditions: [
    { type: "Ready", status: "False", reason: "RollbackSucceeded", message: "Helm rollback to v2 succeeded" },
    { type: "Released", status: "False", reason: "UpgradeFailed", message: "context deadline exceeded" },
    { type: "Remediated", status: "True", reason: "RollbackSucceeded", message: "Helm rollback to v2 succeeded" },
    { type: "Stalled", status: "True", reason: "RetriesExceeded", message: "Failed to upgrade after 1 attempt(s)" },
    { type: "Reconciling", status: "True", reason: "Progressing", message: "at it" },
  ],
});

describe("what Flux delivers", () => {
  it("is clean when release and Kustomization are compliant, whatever becomes of others", async () => {
    const other = object("HelmRelease", "frontend", { complianceState: "Non-Compliant" });
    expect(await ofRelease(KUSTOMIZATION, RELEASE, other)).toEqual({ is: "clean" });
    const { asked } = await judged("staging-backend", state([]));
    expect(asked).toEqual([
      `/subscriptions/3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11/resourceGroups/rg-mmrv-staging/providers/Microsoft.ContainerService/managedClusters/aks-mmrv-staging/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/mmrv`,
    ]);
  });

  it("has drifted when Flux could not release it, with each condition that says why", async () => {
    const title = "HelmRelease mmrv-gitops/backend: Non-Compliant";
    const text = [
      `${title}, Ready RollbackSucceeded: Helm rollback to v2 succeeded`,
      `${title}, Released UpgradeFailed: context deadline exceeded`,
      `${title}, Remediated RollbackSucceeded: Helm rollback to v2 succeeded`,
      `${title}, Stalled RetriesExceeded: Failed to upgrade after 1 attempt(s)`,
      "",
    ].join("\n");
    expect(await ofRelease(KUSTOMIZATION, FAILED)).toEqual({
      is: "drifted",
      by: "flux",
      summary: `Flux's release of backend: ${title}, Ready RollbackSucceeded: Helm rollback to v2 succeeded, and 3 more`,
      shown: { text, sha256: sha256(text) },
    });
  });

  it("has drifted when its files cannot be applied, when it is suspended, and when it is not there", async () => {
    const built = object("Kustomization", "mmrv-backend", {
      complianceState: "Non-Compliant",
      statusConditions: [
        { type: "Ready", status: "False", reason: "BuildFailed", message: "release.yaml: no such file" },
      ],
    });
    const lines = await Promise.all([
      ofRelease(built, RELEASE),
      ofRelease(KUSTOMIZATION, object("HelmRelease", "backend", { complianceState: "Suspended" })),
      ofRelease(KUSTOMIZATION),
    ]);
    expect(lines.map((line) => line && told(line))).toEqual([
      "drifted: Flux's release of backend: Kustomization mmrv-gitops/mmrv-backend: Non-Compliant, Ready BuildFailed: release.yaml: no such file",
      "drifted: Flux's release of backend: HelmRelease mmrv-gitops/backend: Suspended",
      "drifted: Flux's release of backend: HelmRelease mmrv-gitops/backend: Flux says nothing of it, so it is not there",
    ]);
  });

  it("is not judged while Flux is at work", async () => {
    expect(await ofRelease(KUSTOMIZATION, object("HelmRelease", "backend", { complianceState: "Pending" }))).toEqual({
      is: "not judged",
      why: "Flux is not done: HelmRelease mmrv-gitops/backend is Pending",
    });
  });

  it("shows nothing of a message that acts, and no more than a thousand characters of it", async () => {
    const message = `\u001b[2K::error::x${"y".repeat(2_000)}`;
    const evaluation = await ofRelease(KUSTOMIZATION, {
      ...FAILED,
      statusConditions: [{ type: "Ready", status: "False", reason: "X\r", message }],
    });
    const shown = evaluation?.is === "drifted" ? evaluation.shown.text : "";
    expect(shown).toMatch(/^HelmRelease mmrv-gitops\/backend: Non-Compliant, Ready X\\r: \\u001b\[2K::error::xy+…\n$/);
    expect(shown.length).toBeLessThan(1_100);
  });

  it("is not what Terraform delivers, or nobody yet: those are not asked about", async () => {
    const answer = state([]);
    const others: Record<string, Delivery>[] = [{}, { backend: "terraform" }, { backend: "handover" }];
    for (const delivery of others)
      expect(await judged("staging-backend", answer, environment(delivery))).toEqual({
        asked: [],
        evaluation: undefined,
      });
    expect(await judged("staging-infra", answer)).toEqual({ asked: [], evaluation: undefined });
    const without = { ...environment(), gitOps: { via: "none" } as const };
    const { evaluation } = await judged("staging-gitops", answer, without as never);
    expect(evaluation).toBeUndefined();
  });
});

describe("where Flux reads", () => {
  const source = async (change: Partial<FluxObjectStatus>, more: Partial<FluxState> = {}) =>
    (await judged("staging-gitops", state([{ ...SOURCE, ...change }, FAILED], more))).evaluation;

  it("is the issue of the stack gitops, and no release's", async () => {
    const away = {
      complianceState: "Non-Compliant",
      statusConditions: [
        { type: "FetchFailed", status: "True", reason: "GitOperationFailed", message: "connection refused" },
        { type: "ArtifactInStorage", status: "True", reason: "Succeeded", message: "stored" },
      ],
    };
    const evaluation = await source(away);
    expect(evaluation && told(evaluation)).toBe(
      "drifted: what Flux reads from: GitRepository mmrv-gitops/mmrv: Non-Compliant, FetchFailed GitOperationFailed: connection refused",
    );
    expect(await source({})).toEqual({ is: "clean" });
    const release = await judged("staging-backend", state([{ ...SOURCE, ...away }, KUSTOMIZATION, RELEASE]));
    expect(release.evaluation).toEqual({ is: "clean" });
  });

  it("has drifted too when Azure could not do what the configuration says", async () => {
    const evaluation = await source({}, { errorMessage: "no such\nsecret" });
    expect(evaluation && told(evaluation)).toBe("drifted: what Flux reads from: the configuration: no such\\nsecret");
  });
});

describe("Flux that is gone, silent or out of reach", () => {
  const lines = async (stack: string, answer: FluxAnswer, delivery?: Record<string, Delivery>) => {
    const { evaluation } = await judged(stack, answer, environment(delivery));
    const shown = evaluation?.is === "drifted" ? evaluation.shown.text.trimEnd().split("\n").slice(1) : [];
    return evaluation && [told(evaluation), ...shown];
  };
  const STALE =
    "Flux last told Azure at 2026-11-29T04:16:59.000Z, so nobody knows what it says today: is the cluster stopped, or its way to management.azure.com closed?";
  const SILENT = "Flux has told Azure nothing yet";
  const stale = state([FAILED], { statusUpdatedAt: "2026-11-29T04:16:59Z" });
  const silent = state([FAILED], { statusUpdatedAt: null });
  const REFUSED = { is: "unknown", why: "Azure answers 403" } as const;
  const NEXT = "next: npx mmrv deploy staging-gitops";

  it("has drifted from what it delivers, with what brings it back", async () => {
    expect(await lines("staging-backend", { is: "absent" })).toEqual([
      "drifted: Flux's release of backend: Flux has no configuration mmrv, so nobody delivers backend",
      NEXT,
    ]);
    expect(await lines("staging-gitops", { is: "absent" }, { platform: "flux", backend: "handover" })).toEqual([
      "drifted: what Flux reads from: Flux has no configuration mmrv, so nobody delivers platform, backend",
      NEXT,
    ]);
  });

  it("is not deployed yet while every release is Terraform's", async () => {
    const none: Record<string, Delivery>[] = [{}, { backend: "terraform" }];
    for (const delivery of none)
      expect(await lines("staging-gitops", { is: "absent" }, delivery)).toEqual(["not deployed yet"]);
  });

  it.each([
    ["told a day ago", stale, STALE],
    ["never told", silent, SILENT],
  ])("is one issue, of where it reads, and each release has failed, when it %s", async (_, answer, why) => {
    expect(await lines("staging-gitops", answer)).toEqual([
      `drifted: what Flux reads from: ${why}`,
      "next: docs/runbooks/flux-source.md, It says nothing at all",
    ]);
    expect(await lines("staging-backend", answer)).toEqual([`failed: ${why}`]);
  });

  it("is judged as long as it told within the day", async () => {
    const { evaluation } = await judged(
      "staging-backend",
      state([KUSTOMIZATION, RELEASE], { statusUpdatedAt: "2026-11-29T04:17:00Z" }),
    );
    expect(evaluation).toEqual({ is: "clean" });
  });

  it("has failed with the reason when Azure does not say", async () => {
    for (const stack of ["staging-backend", "staging-gitops"])
      expect(await lines(stack, REFUSED)).toEqual(["failed: what Flux says was not to be had: Azure answers 403"]);
  });

  it("is relied on by what it delivers, and by where it reads once a release is no more Terraform's alone", () => {
    const relies = (stack: string, delivery: Record<string, Delivery>) =>
      reliesOnFlux(stackInfo(stack, { settings: environment(delivery) }));
    expect([
      relies("staging-backend", { backend: "flux" }),
      relies("staging-gitops", { backend: "flux" }),
      relies("staging-gitops", { backend: "handover" }),
    ]).toEqual([true, true, true]);
    expect([
      relies("staging-backend", { backend: "handover" }),
      relies("staging-backend", {}),
      relies("staging-gitops", { backend: "terraform" }),
      relies("staging-infra", { backend: "flux" }),
      reliesOnFlux(stackInfo("staging-gitops")),
    ]).toEqual([false, false, false, false, false]);
  });
});

describe("a stack that a plan and Flux speak of", () => {
  const drifted = (by: "flux" | "plan", text: string): Drifted => ({
    is: "drifted",
    summary: `${by} says so`,
    shown: { text, sha256: sha256(text) },
    by,
  });

  it("shows both drifts in one, so that there is one issue", () => {
    const text = "a plan\n\na condition\n";
    expect(joined(drifted("plan", "a plan\n"), drifted("flux", "a condition\n"))).toEqual({
      is: "drifted",
      summary: "plan says so; flux says so",
      shown: { text, sha256: sha256(text) },
      by: "both",
    });
  });

  const PLANNED: Record<Evaluation["is"], Evaluation> = {
    drifted: drifted("plan", "a plan\n"),
    failed: { is: "failed", why: "plan" },
    unfinished: { is: "unfinished", why: "plan" },
    "not judged": { is: "not judged", why: "plan" },
    clean: { is: "clean", why: "plan" },
    "not deployed yet": { is: "not deployed yet" },
  };
  const SAID: Record<Evaluation["is"], Evaluation> = {
    drifted: drifted("flux", "a condition\n"),
    failed: { is: "failed", why: "flux" },
    unfinished: { is: "unfinished", why: "flux" },
    "not judged": { is: "not judged", why: "flux" },
    clean: { is: "clean", why: "flux" },
    "not deployed yet": { is: "not deployed yet" },
  };
  const ORDER = ["drifted", "failed", "unfinished", "not judged", "clean", "not deployed yet"] as const;

  // A row is what the plan says, a column what Flux says; who is told of: the plan, Flux, both, or either, which say the same.
  it.each<[Evaluation["is"], string]>([
    ["drifted", "both plan plan plan plan plan"],
    ["failed", "flux plan plan plan plan plan"],
    ["unfinished", "flux flux plan plan plan plan"],
    ["not judged", "flux flux flux plan plan plan"],
    ["clean", "flux flux flux flux plan plan"],
    ["not deployed yet", "flux flux flux flux flux plan"],
  ])("tells what somebody should look at first, of a plan that is %s", (planned, row) => {
    const expected = row.split(" ").map((who, column) => {
      const said = SAID[ORDER[column] ?? "clean"];
      if (who === "both") return ["drifted", "both"];
      const told = who === "plan" ? PLANNED[planned] : said;
      return [told.is, told.is === "drifted" ? told.by : "why" in told ? told.why : undefined];
    });
    const found = ORDER.map((is) => {
      const told = joined(PLANNED[planned], SAID[is]);
      return [told.is, told.is === "drifted" ? told.by : "why" in told ? told.why : undefined];
    });
    expect(found).toEqual(expected);
  });
});
