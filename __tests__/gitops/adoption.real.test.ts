import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SUBSTITUTES } from "../../model/delivery";
import { digestOf, EVERYTHING } from "../support/chart-values";
import { REPORTS_VALUES } from "../support/fixtures/reports";
import { StageApplication, TOLD } from "../support/flux/applications";
import { type Identity, identityOf, recordsOf, timesOf, valuesOf, watchAvailability } from "../support/flux/live";
import { conditionOf } from "../support/flux/objects";
import { FluxStage } from "../support/flux-stage";
import { HANGS } from "../support/hangs.mts";
import { LOCAL_CLUSTER, requires } from "../support/requires";

describe("Flux takes over what Helm has released", requires("flux controllers", "helm", ...LOCAL_CLUSTER), takeOver);

/** Each test goes on from where the one before it left the cluster. */
function takeOver(): void {
  let stage: FluxStage;
  let backend: StageApplication;
  let frontend: StageApplication;
  let reports: StageApplication;
  let before: Readonly<Record<string, Identity>>;

  const applications = () => [backend, frontend, reports];
  const identity = (release: string) => identityOf(release, stage.kubectl, stage.helm);
  const identities = async (): Promise<Record<string, Identity>> =>
    Object.fromEntries(
      await Promise.all(applications().map(async ({ name }) => [name, await identity(name)] as const)),
    );
  const records = (release: string) => recordsOf(release, stage.kubectl);
  const replicas = async (name: string) =>
    (await stage.kubectl.json<{ spec: { replicas: number } }>(["get", "deployment", name, "--namespace", "mmrv"])).spec
      .replicas;
  const scale = async (name: string, count: number) => {
    await stage.kubectl.run(["scale", "deployment", name, "--namespace", "mmrv", "--replicas", String(count)]);
    await stage.kubectl.run(["rollout", "status", "deployment", name, "--namespace", "mmrv", "--timeout", "5m"]);
  };

  beforeAll(async () => {
    stage = await FluxStage.start();
    backend = new StageApplication(stage, "backend");
    frontend = new StageApplication(stage, "frontend", "frontend");
    reports = new StageApplication(stage, "reports", "backend", { isWorker: true });
    backend.write({
      replicas: 3,
      migration: EVERYTHING.migration,
      env: { EXPRESSION: `\${X} $(NAME) a$$b \${${SUBSTITUTES.clientId}}` },
    });
    frontend.write({ autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 6 } });
    reports.write(REPORTS_VALUES);
    for (const application of applications()) await application.install();
    // As the autoscaler would under load.
    await scale("frontend", 4);
    before = await identities();
  });
  afterAll(() => stage?.stop());

  it("touches nothing while the HelmRelease is suspended, and its Kustomization is Ready", async () => {
    for (const application of applications()) {
      application.render({ suspend: true });
      await stage.hand(application.name, TOLD);
    }
    const commit = await stage.repository.push("Hand over");
    for (const { name } of applications()) await stage.untilApplied(name, commit);
    expect(await identities()).toEqual(before);
    const charts = (await stage.all()).filter(({ kind }) => kind === "HelmChart");
    expect(charts).toEqual([]);
    expect(await records("backend")).toEqual(["mmrv v1 deployed"]);
  });

  it("upgrades once when it is not, in Helm's own series, and no object is another one", async () => {
    const values = await valuesOf("backend", stage.helm);
    const seen = await watchAvailability(stage.kubeconfig);
    for (const application of applications()) application.render();
    const commit = await stage.repository.push("Flux delivers");
    for (const { name } of applications()) {
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
    expect(await valuesOf("backend", stage.helm)).toEqual(values);
  });

  it("leaves the number of pods to the autoscaler, and takes it back from everybody else", async () => {
    await scale("frontend", 5);
    await scale("backend", 5);
    for (const { name } of [frontend, backend]) {
      await stage.reconcile("HelmRelease", name);
      await stage.untilReady("HelmRelease", name, "True", /./);
    }
    await vi.waitFor(async () => expect(await replicas("backend")).toBe(3), { timeout: HANGS });
    expect(await replicas("frontend")).toBe(5);
  });

  it("makes one rolling update of a digest that changed in Git, and renders nothing again", async () => {
    const old = await identity("backend");
    const seen = await watchAvailability(stage.kubeconfig);
    stage.repository.replace(backend.digests, digestOf("a"), digestOf("b"));
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

  it.each([
    ["kubectl patch", [], true],
    ["flux suspend", ["--field-manager", "flux"], true],
    ["client side", ["--field-manager", "flux-client-side-apply"], true],
  ])("stays suspended by %s", async (_, args, expected) => {
    await stage.git.away();
    await stage.until("GitRepository", "mmrv", (object) => conditionOf(object)?.status === "False");
    const hr = ["helmreleases.helm.toolkit.fluxcd.io", "backend", "--namespace", "mmrv-gitops"];
    await stage.kubectl.run(["patch", ...hr, "--type", "merge", "--patch", '{"spec":{"suspend":true}}', ...args]);
    await stage.reconcile("Kustomization", "mmrv-backend");
    const { spec } = await stage.get("HelmRelease", "backend");
    console.log(_, spec.suspend, await stage.kubectl.run(["get", ...hr, "--show-managed-fields", "-o", "jsonpath={.metadata.managedFields[*].manager}"]));
    await stage.git.start();
    await stage.kubectl.run(["patch", ...hr, "--type", "merge", "--patch", '{"spec":{"suspend":null}}', "--field-manager", "flux"]);
  });
}
