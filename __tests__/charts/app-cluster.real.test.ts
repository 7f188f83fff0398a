import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { Kubectl } from "../../tools/deploy/kubernetes/kubectl";
import { ControlPlane } from "../../tools/local-cluster/control-plane";
import { established } from "../../tools/rehearsal/established";
import { definitionsOfOthers } from "../../tools/rehearsal/published-definitions";
import { APP_CHART, appValuesFiles, digestOf, EVERYTHING, OF_ECS } from "../support/chart-values";
import type { Application } from "../support/fixtures/applications";
import { ENVIRONMENTS } from "../support/fixtures/environments/all";
import { HANGS } from "../support/hangs.mts";
import { Helm } from "../support/helm";
import { LOCAL_CLUSTER, requires } from "../support/requires";

const [FIRST] = ENVIRONMENTS;
if (!FIRST) throw new Error("no environment");
const environment = FIRST;

interface Meta {
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly creationTimestamp: string;
}
interface Deployment {
  readonly metadata: Meta;
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly spec: {
        readonly initContainers?: readonly { readonly name: string }[];
        readonly containers: readonly [{ readonly name: string; readonly image: string }];
      };
    };
  };
}
interface Pod {
  readonly metadata: Meta & { readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
interface Status {
  readonly version: number;
  readonly info: { readonly status: string };
  readonly hooks: readonly {
    readonly kind: string;
    readonly name: string;
    readonly last_run: { readonly completed_at: string; readonly phase: string };
  }[];
}

const ROOM_FOR_NOBODY = { requests: { cpu: "99", memory: "64Mi" }, limits: { memory: "64Mi" } };
const MIGRATED = { migration: EVERYTHING.migration };

describe("charts/mmrv-app on a real API server", () => {
  describe("from its first release to none", requires("helm", ...LOCAL_CLUSTER), releases);
});

/** Each test goes on from where the one before it left the cluster. */
function releases(): void {
  const temporary = mkdtempSync(join(tmpdir(), "mmrv-app-cluster-"));
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let helm: Helm;
  let before: string[];

  const inNamespace = ["--namespace", APPLICATION_NAMESPACE];
  const deploy = async (application: Application, more: object, args: readonly string[] = [], chart = APP_CHART) => {
    const files = appValuesFiles(temporary, { environment, application, more }).flatMap((file) => ["--values", file]);
    const wait = ["--wait", "--wait-for-jobs", "--timeout", "60s"];
    await helm.run(["upgrade", "--install", application, chart, ...wait, ...files, ...args]);
  };
  const get = <T>(kind: string, name: string) => kubectl.json<T>(["get", kind, name, ...inNamespace]);
  const names = async (kinds: string) =>
    (await kubectl.run(["get", kinds, ...inNamespace, "--output", "name"])).split("\n").filter(Boolean).sort();
  const deployment = (name: string) => get<Deployment>("deployment", name);
  const imageOf = ({ spec }: Deployment) => spec.template.spec.containers[0].image;
  const servers = async (application: Application) => {
    const selector = `app.kubernetes.io/name=${application},app.kubernetes.io/component=server`;
    const { items } = await kubectl.json<{ items: Pod[] }>(["get", "pods", ...inNamespace, "--selector", selector]);
    return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  };
  const uids = async (application: Application) =>
    (await servers(application)).map(({ metadata }) => metadata.uid).sort();
  const status = async (release: string) =>
    JSON.parse(await helm.run(["status", release, "--output", "json"])) as Status;
  const isReady = ({ status: { conditions = [] } }: Pod) =>
    conditions.some(({ type, status }) => type === "Ready" && status === "True");
  const scale = async (application: Application, replicas: number) => {
    await kubectl.run(["scale", "deployment", application, ...inNamespace, "--replicas", String(replicas)]);
    await kubectl.run(["rollout", "status", "deployment", application, ...inNamespace, "--timeout", "30s"]);
  };

  beforeAll(async () => {
    plane = await ControlPlane.start();
    kubectl = new Kubectl(plane.kubeconfig);
    helm = new Helm(plane.kubeconfig);
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: APPLICATION_NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    };
    const { definitions, missing } = await definitionsOfOthers();
    expect(missing).toEqual([]);
    const items = [...definitions, namespace];
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await kubectl.run(["apply", "--server-side", "--filename", "-"], list);
    await established(kubectl, ["--all"]);
    await vi.waitFor(() => get("serviceaccount", "default"), { timeout: HANGS });
    await vi.waitFor(() => get("configmap", "kube-root-ca.crt"), { timeout: HANGS });
    before = await names(EVERY_KIND);
  });
  afterAll(async () => {
    await plane?.stop();
    rmSync(temporary, { recursive: true, force: true });
  });

  it.each<[string, object, RegExp]>([
    [
      "a limit below its request",
      { resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "512Mi" } } },
      /must be less than or equal to memory limit/,
    ],
    [
      "a minimum of the autoscaler above its maximum",
      { autoscaling: { enabled: true, minReplicas: 9, maxReplicas: 4 } },
      /maxReplicas/,
    ],
    [
      "a folder twice",
      { volumes: ["/tmp", "/tmp"].map((path) => ({ path, size: "1Mi" })) },
      /must be unique|Duplicate value|duplicate/,
    ],
    [
      "a sidecar of the application's name",
      { sidecars: { backend: OF_ECS.sidecars.statsd } },
      /must be unique|Duplicate value|duplicate/,
    ],
    [
      "a folder of a sidecar twice",
      { ...OF_ECS, sidecars: { tail: { ...OF_ECS.sidecars.tail, volumes: [{ path: "/logs", size: "1Mi" }] } } },
      /must be unique|Duplicate value|duplicate/,
    ],
  ])("leaves to Kubernetes, and rightly: %s", async (_, more, refusal) => {
    const objects = await helm.template(
      APP_CHART,
      "backend",
      appValuesFiles(temporary, { environment, application: "backend", more }),
    );
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await expect(
      kubectl.run(["apply", "--dry-run=server", "--server-side", ...inNamespace, "--filename", "-"], list),
    ).rejects.toThrow(refusal);
  });

  it.each([
    ["everything", EVERYTHING],
    ["what ECS has", OF_ECS],
  ])("has no field that Kubernetes does not know: %s", async (_, more) => {
    const files = appValuesFiles(temporary, { environment, application: "backend", more });
    const items = await new Helm().template(APP_CHART, "backend", files);
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const said = await kubectl.run(["create", "--dry-run=server", "--validate=strict", "--filename", "-"], list);
    expect(said.match(/created \(server dry run\)$/gm)).toHaveLength(items.length);
  });

  it("installs: pods are Ready under Pod Security, and nothing migrates", async () => {
    await deploy("backend", MIGRATED);
    const pods = await servers("backend");
    expect(pods.length).toBe(2);
    expect(pods.filter((pod) => !isReady(pod))).toEqual([]);
    expect((await status("backend")).hooks.filter(({ last_run }) => last_run.phase !== "")).toEqual([]);
    const budget = await get<{ status: { disruptionsAllowed: number } }>("poddisruptionbudget", "backend");
    expect(budget.status.disruptionsAllowed).toBe(1);
  });

  it("passes its own test", async () => {
    await helm.run(["test", "backend", "--timeout", "60s"]);
    expect(await names("jobs")).toEqual([]);
  });

  it("takes another digest by one rolling update, after the migration, and leaves nothing of that", async () => {
    const old = await deployment("backend");
    await deploy("backend", { ...MIGRATED, image: { digest: digestOf("b") } });
    const now = await deployment("backend");
    expect(now.metadata.uid).toBe(old.metadata.uid);
    expect(now.metadata.generation).toBe(old.metadata.generation + 1);
    expect(imageOf(now)).toContain(digestOf("b"));
    const sets = await kubectl.json<{ items: { metadata: Meta }[] }>(["get", "replicasets", ...inNamespace]);
    expect(sets.items.length).toBe(2);
    const job = (await status("backend")).hooks.find(
      ({ kind, name }) => kind === "Job" && name === "backend-migration",
    );
    expect(job?.last_run.phase).toBe("Succeeded");
    const started = Math.max(...sets.items.map(({ metadata }) => Date.parse(metadata.creationTimestamp)));
    // The cluster's clock has whole seconds.
    expect(started).toBeGreaterThanOrEqual(Math.floor(Date.parse(job?.last_run.completed_at ?? "") / 1000) * 1000);
    expect(
      (await names("jobs,configmaps,secretproviderclasses")).filter((name) => name.endsWith("-migration")),
    ).toEqual([]);
  });

  it("moves no pod for a label: another version of the chart, another tag", async () => {
    const pods = await uids("backend");
    const chart = join(temporary, "later");
    cpSync(APP_CHART, chart, { recursive: true });
    const file = join(chart, "Chart.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(/^version: .*$/m, "version: 9.9.9"));
    await deploy("backend", { image: { digest: digestOf("b"), tag: "later" }, replicas: 2 }, [], chart);
    expect((await deployment("backend")).metadata).toMatchObject({
      labels: { "helm.sh/chart": "mmrv-app-9.9.9", "app.kubernetes.io/version": "later" },
    });
    expect(await uids("backend")).toEqual(pods);
  });

  it("stays as it was when new pods find no room", async () => {
    const pods = await uids("backend");
    const failing = deploy("backend", { resources: ROOM_FOR_NOBODY }, [
      "--atomic",
      "--cleanup-on-fail",
      "--timeout",
      "5s",
    ]);
    await expect(failing).rejects.toThrow(/has been rolled back due to atomic being set/);
    expect(await uids("backend")).toEqual(pods);
    expect((await servers("backend")).filter((pod) => !isReady(pod))).toEqual([]);
    expect(imageOf(await deployment("backend"))).toContain(digestOf("b"));
    expect((await status("backend")).info.status).toBe("deployed");
  });

  it("touches no pod when the migration fails, and keeps the Job to look at", async () => {
    const pods = await uids("backend");
    const { metadata } = await deployment("backend");
    const stuck = { migration: { ...EVERYTHING.migration, deadlineSeconds: 2 }, resources: ROOM_FOR_NOBODY };
    await expect(deploy("backend", stuck, ["--atomic"])).rejects.toThrow(/pre-upgrade hooks failed/);
    expect(await uids("backend")).toEqual(pods);
    expect(imageOf(await deployment("backend"))).toContain(digestOf("b"));
    expect((await deployment("backend")).metadata.uid).toBe(metadata.uid);
    expect(
      (await names("jobs,configmaps,secretproviderclasses")).filter((name) => name.endsWith("-migration")),
    ).toEqual(["job.batch/backend-migration"]);
    // The next one begins anew.
    await deploy("backend", { ...MIGRATED, image: { digest: digestOf("b") } });
    expect(await names("jobs")).toEqual([]);
  });

  it("runs consumers and cron jobs on one side only", async () => {
    const { consumers, cronJobs } = EVERYTHING;
    const suspended = async () => (await get<{ spec: { suspend: boolean } }>("cronjob", "backend-report")).spec.suspend;
    const workers = async (side: "aws" | "azure") => {
      await deploy("backend", { consumers, cronJobs, workers: side });
      return [await names("deployments"), await suspended()];
    };
    expect(await workers("aws")).toEqual([["deployment.apps/backend"], true]);
    expect(await workers("azure")).toEqual([["deployment.apps/backend", "deployment.apps/backend-mail"], false]);
    expect(await workers("aws")).toEqual([["deployment.apps/backend"], true]);
  });

  it("runs sidecars in the server's pods, under Pod Security, and takes them away again", async () => {
    const { sidecars, secrets, volumes } = OF_ECS;
    const containers = async () => {
      const { initContainers = [], containers: rest } = (await deployment("backend")).spec.template.spec;
      const pods = await servers("backend");
      expect(pods.filter((pod) => !isReady(pod))).toEqual([]);
      return [...initContainers, ...rest].map(({ name }) => name);
    };
    await deploy("backend", { sidecars, secrets, volumes });
    expect(await containers()).toEqual(["proxy", "backend", "statsd", "tail"]);
    await deploy("backend", {});
    expect(await containers()).toEqual(["backend"]);
  });

  it("keeps the pods that run when the autoscaler takes over, and after", async () => {
    const autoscaling = { enabled: true };
    const replicas = async () => (await deployment("backend")).spec.replicas;
    await scale("backend", 4);
    const pods = await uids("backend");
    await deploy("backend", { autoscaling });
    expect(await replicas()).toBe(4);
    await deploy("backend", { autoscaling: { ...autoscaling, maxReplicas: 8 } });
    expect(await uids("backend")).toEqual(pods);
    await deploy("backend", { replicas: 3 });
    expect(await replicas()).toBe(3);
    expect(await names("horizontalpodautoscalers")).toEqual([]);
  });

  it("never says a number where the autoscaler has always been, so that not even a rollback sets one", async () => {
    const autoscaling = { enabled: true, minReplicas: 2, maxReplicas: 6 };
    const replicas = async () => (await deployment("frontend")).spec.replicas;
    await deploy("frontend", { autoscaling });
    await vi.waitFor(async () => expect(await replicas()).toBe(2), { timeout: HANGS, interval: 500 });
    await scale("frontend", 5);
    await deploy("frontend", { autoscaling, image: { digest: digestOf("b") } });
    expect(await replicas()).toBe(5);
    const failing = deploy("frontend", { autoscaling, resources: ROOM_FOR_NOBODY }, ["--atomic", "--timeout", "5s"]);
    await expect(failing).rejects.toThrow(/rolled back/);
    expect(await replicas()).toBe(5);
    expect(await helm.run(["get", "manifest", "frontend"])).not.toMatch(/^ {2}replicas:/m);
  });

  it("leaves nothing when it goes", async () => {
    for (const application of ["backend", "frontend"]) await helm.run(["uninstall", application, "--wait"]);
    await vi.waitFor(async () => expect(await names(EVERY_KIND)).toEqual(before), { timeout: HANGS, interval: 250 });
  });
}

/** What a release could leave behind; events tell of what was. */
const EVERY_KIND = [
  ...["pods", "services", "configmaps", "secrets", "serviceaccounts", "endpointslices", "controllerrevisions"],
  ...["deployments", "replicasets", "jobs", "cronjobs", "horizontalpodautoscalers", "poddisruptionbudgets"],
  ...["networkpolicies", "httproutes", "backendtrafficpolicies", "secretproviderclasses", "roles", "rolebindings"],
].join(",");
