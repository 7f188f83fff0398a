import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { APPLICATION_NAMESPACE } from "../../../model/naming";
import { askBeforeMigration } from "../../../tools/deploy/before-migration";
import { Kubectl } from "../../../tools/deploy/kubernetes/kubectl";
import { ControlPlane } from "../../../tools/local-cluster/control-plane";
import { RehearsalCluster } from "../../../tools/rehearsal/cluster";
import { established } from "../../../tools/rehearsal/established";
import { definitionsOfOthers } from "../../../tools/rehearsal/published-definitions";
import { APP_CHART, appValuesFiles, EVERYTHING } from "../../support/chart-values";
import { ENVIRONMENTS } from "../../support/fixtures/environments/all";
import { Helm } from "../../support/helm";
import { LOCAL_CLUSTER, requires } from "../../support/requires";

const [FIRST] = ENVIRONMENTS;
if (!FIRST) throw new Error("no environment");
const environment = FIRST;

describe("a release whose migration runs first", requires("helm", ...LOCAL_CLUSTER), () => {
  const temporary = mkdtempSync(join(tmpdir(), "mmrv-before-migration-"));
  let plane: ControlPlane;
  let path = "";
  let said: { readonly out: unknown[]; readonly err: unknown[] };
  let cluster: { readonly host: string; readonly cluster_ca_certificate: string };

  beforeAll(async () => {
    plane = await ControlPlane.start();
    const kubectl = new Kubectl(plane.kubeconfig);
    const rehearsed = await RehearsalCluster.open(plane.kubeconfig);
    path = await rehearsed.installKubelogin(temporary);
    const [{ cluster: at }] = (
      JSON.parse(rehearsed.aksKubeconfig) as {
        clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
      }
    ).clusters;
    cluster = { host: at.server, cluster_ca_certificate: at["certificate-authority-data"] };
    const { definitions } = await definitionsOfOthers();
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: APPLICATION_NAMESPACE } };
    const items = [...definitions, namespace];
    await kubectl.run(
      ["apply", "--server-side", "--filename", "-"],
      JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    );
    await established(kubectl, ["--all"]);
  });
  afterAll(async () => {
    await plane?.stop();
    rmSync(temporary, { recursive: true, force: true });
  });
  beforeEach(() => {
    said = { out: [], err: [] };
    vi.stubEnv("PATH", `${path}:${process.env["PATH"]}`);
    vi.spyOn(console, "log").mockImplementation((line) => void said.out.push(line));
    vi.spyOn(console, "error").mockImplementation((line) => void said.err.push(line));
    return () => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
    };
  });

  const plan = (more: object, { actions = ["update"], server = cluster } = {}) =>
    JSON.stringify({
      resource_changes: [
        {
          type: "helm_release",
          change: {
            actions,
            after: {
              chart: resolve(APP_CHART),
              name: "backend",
              namespace: APPLICATION_NAMESPACE,
              values: appValuesFiles(temporary, { environment, application: "backend", more }).map((file) =>
                readFileSync(file, "utf8"),
              ),
            },
          },
        },
      ],
      prior_state: {
        values: {
          root_module: { resources: [{ type: "azurerm_kubernetes_cluster", values: { kube_config: [server] } }] },
        },
      },
    });
  const migrating = (more: object = {}) => ({ migration: EVERYTHING.migration, ...more });
  /** What only the API server knows to be wrong. */
  const WRONG = { resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "512Mi" } } };

  it("is taken by the API server first, which keeps nothing", async () => {
    await askBeforeMigration("staging-backend", plan(migrating()), temporary);
    expect(said).toEqual({
      out: ["staging-backend: asking the API server to take backend, before its migration runs"],
      err: [],
    });
    const kubectl = new Kubectl(plane.kubeconfig);
    const all = [
      "get",
      "deployments,services,httproutes,jobs",
      "--namespace",
      APPLICATION_NAMESPACE,
      "--output",
      "name",
    ];
    expect(await kubectl.run(all)).toBe("");
  });

  it("is refused with the API server's words, all at once", async () => {
    const wrong = { ...WRONG, autoscaling: { enabled: true, minReplicas: 9, maxReplicas: 3 } };
    await expect(askBeforeMigration("staging-backend", plan(migrating(wrong)), temporary)).rejects.toThrow(
      /^staging-backend: the API server would refuse backend after its migration, nothing was touched\n {2}Error from server \(Invalid\): Deployment\.apps "backend" is invalid: .*must be less than or equal to memory limit of 512Mi\n {2}Error from server \(Invalid\): HorizontalPodAutoscaler\.autoscaling "backend" is invalid: spec\.maxReplicas: .*$/,
    );
  });

  it("is taken where Helm's upgrade takes something away from what runs", async () => {
    const helm = new Helm(plane.kubeconfig);
    const before = {
      resources: { requests: { cpu: "250m", memory: "64Mi" }, limits: { cpu: "500m", memory: "64Mi" } },
      autoscaling: { enabled: true },
    };
    const files = appValuesFiles(temporary, { environment, application: "backend", more: before });
    const values = files.flatMap((file) => ["--values", file]);
    await helm.run(["install", "backend", APP_CHART, "--namespace", APPLICATION_NAMESPACE, ...values]);
    const after = {
      port: 3000,
      resources: { requests: { cpu: "1", memory: "64Mi" }, limits: { memory: "64Mi" } },
      volumes: [],
      secrets: [],
      autoscaling: { enabled: false },
      routes: Array.from({ length: 20 }, (_, index) => ({ path: `/${index}` })),
    };
    await askBeforeMigration("staging-backend", plan(migrating(after)), temporary);
    expect(said.err).toEqual([]);
    await expect(askBeforeMigration("staging-backend", plan(migrating(WRONG)), temporary)).rejects.toThrow(
      /would refuse backend after its migration.*must be less than or equal to memory limit/s,
    );
    await helm.run(["uninstall", "backend", "--namespace", APPLICATION_NAMESPACE]);
  });

  it.each([
    ["without a migration", {}, { actions: ["update"] }],
    ["that is new: nothing migrates before its first installation", migrating(), { actions: ["create"] }],
    ["that does not change", migrating(), { actions: ["no-op"] }],
  ])("is not asked about %s", async (_, more, { actions }) => {
    await askBeforeMigration("staging-backend", plan({ ...more, ...WRONG }, { actions }), temporary);
    expect(said).toEqual({ out: [], err: [] });
  });

  it("goes on, and says so, where the API server cannot be reached", async () => {
    const nowhere = { ...cluster, host: "https://127.0.0.1:1" };
    await askBeforeMigration("staging-backend", plan(migrating(WRONG), { server: nowhere }), temporary);
    expect(said.err).toEqual([
      expect.stringMatching(
        /^warning: staging-backend: the API server was not asked, and the migration runs first: .*connection refused/,
      ),
    ]);
  });

  it("goes on, and says so, without Helm", async () => {
    const empty = join(temporary, "empty");
    mkdirSync(empty, { recursive: true });
    writeFileSync(join(empty, "sh"), "");
    chmodSync(join(empty, "sh"), 0o700);
    vi.stubEnv("PATH", empty);
    await askBeforeMigration("staging-backend", plan(migrating()), temporary);
    expect(said.err).toEqual([
      expect.stringMatching(
        /^warning: staging-backend: the API server was not asked, and the migration runs first: helm is not on the PATH/,
      ),
    ]);
  });
});
