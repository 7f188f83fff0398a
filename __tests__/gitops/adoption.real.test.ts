import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SUBSTITUTES } from "../../model/delivery";
import { digestOf, EVERYTHING } from "../support/chart-values";
import { REPORTS_VALUES } from "../support/fixtures/reports";
import { type Identity, identityOf, recordsOf, timesOf, valuesOf, watchAvailability } from "../support/flux/live";
import { conditionOf, FLUX_KINDS } from "../support/flux/objects";
import { digestsOf } from "../support/flux/releases";
import { FluxStage } from "../support/flux-stage";
import { HANGS } from "../support/hangs.mts";
import { LOCAL_CLUSTER, requires } from "../support/requires";

const ALL = ["backend", "frontend", "reports"];

describe("Flux takes over what Helm has released", requires("flux controllers", "helm", ...LOCAL_CLUSTER), takeOver);

/** Each test goes on from where the one before it left the cluster. */
function takeOver(): void {
  let stage: FluxStage;
  let before: Readonly<Record<string, Identity>>;

  const identity = (release: string) => identityOf(release, stage.kubectl, stage.helm);
  const identities = async (): Promise<Record<string, Identity>> =>
    Object.fromEntries(await Promise.all(ALL.map(async (name) => [name, await identity(name)] as const)));
  const records = (release: string) => recordsOf(release, stage.kubectl);
  const replicas = async (name: string) =>
    (await stage.kubectl.json<{ spec: { replicas: number } }>(["get", "deployment", name, "--namespace", "mmrv"])).spec
      .replicas;
  const imageOf = (name: string) =>
    stage.kubectl.run([
      ...["get", "deployment", name, "--namespace", "mmrv"],
      ...["--output", "jsonpath={.spec.template.spec.containers[0].image}"],
    ]);
  const scale = async (name: string, count: number) => {
    await stage.kubectl.run(["scale", "deployment", name, "--namespace", "mmrv", "--replicas", String(count)]);
    await stage.kubectl.run(["rollout", "status", "deployment", name, "--namespace", "mmrv", "--timeout", "5m"]);
  };

  beforeAll(async () => {
    stage = await FluxStage.start();
    const { releases } = stage;
    releases.write("backend", {
      replicas: 3,
      migration: EVERYTHING.migration,
      env: { EXPRESSION: `\${X} $(NAME) a$$b \${${SUBSTITUTES.clientId}}` },
    });
    releases.write("frontend", { autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 6 } });
    releases.write("reports", REPORTS_VALUES);
    for (const release of ALL) await releases.install(release);
    // As the autoscaler would under load.
    await scale("frontend", 4);
    before = await identities();
  });
  afterAll(() => stage?.stop());

  it("touches nothing while the HelmRelease is suspended, and its Kustomization is Ready", async () => {
    stage.releases.deliver({ backend: "handover", frontend: "handover", reports: "handover" });
    const commit = await stage.repository.push("Hand over");
    await stage.hand(ALL);
    for (const name of ALL) await stage.untilApplied(name, commit);
    expect(await identities()).toEqual(before);
    const charts = (await stage.all()).filter(({ kind }) => kind === "HelmChart");
    expect(charts).toEqual([]);
    expect(await records("backend")).toEqual(["mmrv v1 deployed"]);
  });

  it("upgrades once when it is not, in Helm's own series, and no object is another one", async () => {
    const values = () => Promise.all(ALL.map((name) => valuesOf(name, stage.helm)));
    const given = await values();
    const seen = await watchAvailability(stage.kubeconfig);
    stage.releases.deliver({ backend: "flux", frontend: "flux", reports: "flux" });
    const commit = await stage.repository.push("Flux delivers");
    for (const name of ALL) {
      await stage.untilApplied(name, commit);
      const release = await stage.untilReady("HelmRelease", name, "True", /^UpgradeSucceeded$/);
      expect(conditionOf(release)?.message).toBe(
        `Helm upgrade succeeded for release mmrv/${name}.v2 with chart mmrv-app@0.1.0`,
      );
      expect(await records(name)).toEqual(["mmrv v1 superseded", "mmrv v2 deployed"]);
    }
    expect(await identities()).toEqual(before);
    expect(await seen()).toEqual({ backend: 3, frontend: 4, "reports-mail": 2 });
    expect(await timesOf("SuccessfulCreate", "Job", "backend-migration", stage.kubectl)).toBe(1);
    expect(await values()).toEqual(given);
  });

  it("leaves the number of pods to the autoscaler, and takes it back from everybody else", async () => {
    await scale("frontend", 5);
    await scale("backend", 5);
    for (const name of ["frontend", "backend"]) {
      await stage.reconcile("HelmRelease", name);
      await stage.untilReady("HelmRelease", name, "True", /./);
    }
    await vi.waitFor(async () => expect(await replicas("backend")).toBe(3), { timeout: HANGS });
    expect(await replicas("frontend")).toBe(5);
  });

  it("makes one rolling update of a digest that changed in Git, and renders nothing again", async () => {
    const old = await identity("backend");
    const seen = await watchAvailability(stage.kubeconfig);
    stage.repository.replace(digestsOf("backend"), digestOf("a"), digestOf("b"));
    await stage.repository.push("backend: a new image");
    await stage.until("HelmRelease", "backend", ({ status }) => status?.history?.[0]?.version === 3);
    await stage.untilReady("HelmRelease", "backend", "True", /^UpgradeSucceeded$/);
    const now = await identity("backend");
    const generation = (of: Identity) => of["Deployment backend"]?.split(" ");
    expect(generation(now)).toEqual([generation(old)?.[0], String(Number(generation(old)?.[1]) + 1)]);
    expect(Object.keys(now).filter((name) => name.startsWith("ReplicaSet "))).toHaveLength(2);
    expect((await seen())["backend"]).toBe(3);
    expect((await records("backend")).at(-1)).toBe("mmrv v3 deployed");
  });

  it("takes no chart that was edited without a new version, and the new version without a new pod", async () => {
    const old = await identity("backend");
    const edit = (to: string) =>
      stage.repository.replace("charts/mmrv-app/templates/service-account.yaml", /labels:|metadata:/, to);
    edit("metadata:\n  # edited");
    const commit = await stage.repository.push("The chart is edited");
    await stage.untilApplied("backend", commit);
    await stage.reconcile("HelmChart", "mmrv-gitops-backend");
    await stage.reconcile("HelmRelease", "backend");
    expect(await records("backend")).toHaveLength(3);
    stage.repository.replace("charts/mmrv-app/Chart.yaml", "version: 0.1.0", "version: 0.1.1");
    await stage.repository.push("The chart has a new version");
    await stage.until("HelmRelease", "backend", ({ status }) => status?.history?.[0]?.chartVersion === "0.1.1");
    await stage.untilReady("HelmRelease", "backend", "True", /^UpgradeSucceeded$/);
    expect(await identity("backend")).toEqual(old);
  });

  it("leaves a release alone that somebody suspends at night, with Git away, and what Helm does to it by hand", async () => {
    await stage.git.away();
    await stage.until("GitRepository", "mmrv", (object) => conditionOf(object)?.status === "False");
    await stage.suspend("backend", true);
    await stage.helm.run(["rollback", "backend", "2", "--wait", "--timeout", "5m"]);
    await stage.reconcile("Kustomization", "mmrv-backend");
    await stage.untilReady("Kustomization", "mmrv-backend", "True", /^ReconciliationSucceeded$/);
    await stage.reconcile("HelmRelease", "backend");
    expect((await stage.get("HelmRelease", "backend")).spec.suspend).toBe(true);
    expect((await records("backend")).at(-1)).toBe("mmrv v5 deployed");
    expect((await imageOf("backend")).endsWith(digestOf("a"))).toBe(true);
  });

  it("goes back to what Git says as soon as it may act again", async () => {
    await stage.suspend("backend", false);
    await stage.until("HelmRelease", "backend", ({ status }) => status?.history?.[0]?.version === 6);
    await stage.untilReady("HelmRelease", "backend", "True", /^UpgradeSucceeded$/);
    expect((await imageOf("backend")).endsWith(digestOf("b"))).toBe(true);
    await stage.git.start();
    await stage.untilReady("GitRepository", "mmrv", "True", /^Succeeded$/);
  });

  it("takes back a suspension that kubectl made under its own name: it counts as one of Git's", async () => {
    const { metadata } = await stage.get("HelmRelease", "backend");
    await stage.suspend("backend", true, "kubectl-patch");
    const release = await stage.until("HelmRelease", "backend", ({ metadata: { generation }, spec }) => {
      return generation === metadata.generation + 2 && spec.suspend === undefined;
    });
    expect(release.metadata.uid).toBe(metadata.uid);
    await stage.untilReady("HelmRelease", "backend", "True", /^UpgradeSucceeded$/);
  });

  it("gives a release back: suspended in Git, out of the configuration, deleted while suspended, upgraded by Helm", async () => {
    const old = await identity("backend");
    stage.releases.deliver({ backend: "handover" });
    await stage.deploy("backend", "The way back");
    expect((await stage.get("HelmRelease", "backend")).spec.suspend).toBe(true);
    await stage.takeBack("backend");
    await stage.kubectl.run(["delete", FLUX_KINDS.HelmRelease, "backend", "--namespace", "mmrv-gitops"]);
    const charts = async () =>
      (await stage.all()).filter(({ kind }) => kind === "HelmChart").map(({ metadata }) => metadata.name);
    expect(await charts()).toContain("mmrv-gitops-backend");
    await stage.kubectl.run(["delete", FLUX_KINDS.HelmChart, "mmrv-gitops-backend", "--namespace", "mmrv-gitops"]);
    expect(await identity("backend")).toEqual(old);
    expect((await records("backend")).at(-1)).toBe("mmrv v6 deployed");
    await stage.releases.install("backend");
    expect(await identity("backend")).toEqual(old);
    expect((await records("backend")).slice(-2)).toEqual(["mmrv v6 superseded", "mmrv v7 deployed"]);
  });
}
