import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClusterView, newestOf } from "../../../tools/handover/cluster-view";
import { type Evidence, evidenceNow, touchedSince } from "../../../tools/handover/evidence";
import { differingPaths } from "../../../tools/handover/flux-values";
import { liveRelease } from "../../../tools/handover/live-objects";
import { AppPlane } from "../../support/app-plane";
import { type AppShape, digestOf, EVERYTHING } from "../../support/chart-values";
import { ENVIRONMENTS } from "../../support/fixtures/environments/all";
import { FLUX_TYPES } from "../../support/flux-types";
import { LOCAL_CLUSTER, requires } from "../../support/requires";

const [FIRST] = ENVIRONMENTS;
if (!FIRST) throw new Error("no environment");
const SHAPE: AppShape = {
  environment: FIRST,
  application: "backend",
  more: { consumers: EVERYTHING.consumers, workers: "azure", env: { PRICE: "${X} $$ $(COST)" } },
};
const OF = {
  environment: FIRST.name,
  release: "backend",
  delivery: "terraform",
  takenAt: "2026-12-01T10:00:00Z",
} as const;

describe("what a handover sees of a cluster", requires("helm", ...LOCAL_CLUSTER), () => {
  let plane: AppPlane;
  let view: ClusterView;
  let before: Evidence | undefined;
  const now = () => evidenceNow(view, OF);
  const kindsOf = (evidence: Evidence | undefined) => [...new Set(evidence?.objects.map(({ kind }) => kind))];

  beforeAll(async () => {
    plane = await AppPlane.start();
    view = new ClusterView(plane.kubectl);
  });
  afterAll(() => plane?.stop());

  it("is nothing of a release that is not there, and nothing of Flux where Flux is not", async () => {
    expect(await view.revisions("backend")).toEqual([]);
    expect(await now()).toBeUndefined();
    expect(await view.helmRelease("backend")).toBeUndefined();
    expect(await view.kustomization("backend")).toBeUndefined();
    expect(await view.gitRepository()).toBeUndefined();
  });

  it("is Helm's own record, with the very values that it was given", async () => {
    await plane.release(SHAPE);
    const revisions = await view.revisions("backend");
    expect(revisions).toEqual([{ namespace: "mmrv", revision: 1, status: "deployed" }]);
    const [newest] = revisions;
    if (!newest) throw new Error("no record");
    const record = await view.record("backend", newest);
    const given: unknown = JSON.parse(await plane.helm.run(["get", "values", "backend", "--output", "json"]));
    expect(differingPaths(record.config, given)).toEqual([]);
    expect((record.config as { env: unknown }).env).toMatchObject({ PRICE: "${X} $$ $(COST)" });
    const { workloads } = await liveRelease(view.kubectl, "backend", record);
    expect(workloads.map(({ kind, name, ready, replicas }) => [kind, name, ready, replicas])).toEqual([
      ["Deployment", "backend", 2, 2],
      ["Deployment", "backend-mail", 2, 2],
    ]);
  });

  it("is the same, object by object and pod by pod, after an upgrade that changes nothing", async () => {
    before = await now();
    expect(kindsOf(before)).toEqual(
      expect.arrayContaining([
        "ConfigMap",
        "Deployment",
        "HTTPRoute",
        "Pod",
        "ReplicaSet",
        "Service",
        "ServiceAccount",
      ]),
    );
    expect(before?.objects.filter(({ kind }) => kind === "Pod")).toHaveLength(4);
    await plane.release(SHAPE);
    const after = await now();
    expect(after?.revision).toBe(2);
    expect(after?.objects).toEqual(before?.objects);
    expect(newestOf(await view.revisions("backend"))).toEqual({ namespace: "mmrv", revision: 2, status: "deployed" });
  });

  it("tells what another image has touched", async () => {
    await plane.release({ ...SHAPE, more: { ...SHAPE.more, image: { digest: digestOf("b") } } });
    const after = await now();
    if (!before || !after) throw new Error("nothing is live");
    const touched = touchedSince(before, after);
    expect(touched.filter((line) => line.startsWith("Deployment"))).toEqual([
      "Deployment mmrv/backend was changed (generation 1 → 2)",
      "Deployment mmrv/backend-mail was changed (generation 1 → 2)",
    ]);
    expect(touched.filter((line) => / is (new|gone)$/.test(line)).length).toBeGreaterThanOrEqual(2 * 2 + 2 * 4);
  });

  describe("with Flux's types", () => {
    const releaseAt = (suspend: boolean) => ({
      apiVersion: "helm.toolkit.fluxcd.io/v2",
      kind: "HelmRelease",
      metadata: { name: "backend", namespace: "mmrv-gitops" },
      spec: { suspend, releaseName: "backend" },
    });
    const chart = {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "HelmChart",
      metadata: { name: "mmrv-gitops-backend", namespace: "mmrv-gitops" },
      spec: {},
    };
    const found = async () => {
      const object = await view.helmRelease("backend");
      if (!object) throw new Error("no HelmRelease");
      return object;
    };
    const inFlux = async () =>
      (await plane.kubectl.run(["get", "helmreleases,helmcharts", "--namespace", "mmrv-gitops", "--output", "name"]))
        .trim()
        .split("\n");

    beforeAll(async () => {
      const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "mmrv-gitops" } };
      await plane.apply([...FLUX_TYPES, namespace]);
      await plane.kubectl.run(["wait", "--for=condition=Established", "crd", "--all", "--timeout", "30s"]);
      await plane.apply([releaseAt(false), chart]);
    });

    it("no HelmRelease is deleted that acts: it would uninstall the release", async () => {
      await expect(view.removeSuspended(await found())).rejects.toThrow(
        "the HelmRelease backend is not suspended: its deletion would uninstall the release",
      );
    });

    it("nor one that somebody has resumed since it was looked at", async () => {
      await plane.apply([releaseAt(true)]);
      const suspended = await found();
      await plane.apply([releaseAt(false)]);
      await expect(view.removeSuspended(suspended)).rejects.toThrow(/Precondition failed|Conflict/);
      expect(await inFlux()).toHaveLength(2);
    });

    it("a suspended one goes, and the HelmChart that Flux made for it", async () => {
      await plane.apply([releaseAt(true)]);
      await view.removeSuspended(await found());
      expect(await inFlux()).toEqual([""]);
      expect(newestOf(await view.revisions("backend"))?.status).toBe("deployed");
    });
  });
});
