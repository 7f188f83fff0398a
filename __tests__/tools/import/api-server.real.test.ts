import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { APPLICATION_NAMESPACE } from "../../../model/naming";
import { Kubectl } from "../../../tools/deploy/kubernetes/kubectl";
import type { Draft } from "../../../tools/import/draft";
import type { Decision } from "../../../tools/import/ledger";
import { ControlPlane } from "../../../tools/local-cluster/control-plane";
import { established } from "../../../tools/rehearsal/established";
import { definitionsOfOthers } from "../../../tools/rehearsal/published-definitions";
import { APP_CHART, computedValues, digestOf } from "../../support/chart-values";
import { staging } from "../../support/fixtures/environments/staging";
import { HANGS } from "../../support/hangs.mts";
import { Helm } from "../../support/helm";
import { type Answers, answered, toKeepAll } from "../../support/import/answers";
import { chartIssues } from "../../support/import/chart-issues";
import { applicationOf, convertFile, convertJson, corpus, corpusText } from "../../support/import/ecs";
import { SERVICES } from "../../support/import/services";
import { LOCAL_CLUSTER, requires } from "../../support/requires";

/** What no release comes of, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  "11-old-console-nulls-privileged-daemon.json": "host agent",
  "17-windows-powershell-entrypoint.json": "a Windows family",
  "18-windows-declared-by-mistake.json": "a Windows family",
  "31-terraform-template.json.tpl": "this is a Terraform template",
  "32-js-module-comments-trailing-comma.js": "this is JavaScript",
  "33-ecspresso.jsonnet": "this is Jsonnet",
  "34-cloudformation-capitalised.yaml": "this is CloudFormation",
  "35-host-mode-no-ports.json": "no container maps a port",
  "90-bad-no-containers.json": "containerDefinitions is empty",
  "91-bad-run-task-input.json": "this is what run-task or create-service takes",
  "92-bad-truncated.json": "is not JSON",
  "93-bad-not-json.json": "is not JSON",
  "94-bad-list-task-definitions.json": "this is a list of names",
  "95-bad-family-not-a-name.json": "maps 80/tcp twice",
};

interface Application {
  readonly name: string;
  readonly from: string;
  readonly application: "shop" | "jobs";
}
interface Conversion extends Application {
  readonly convert: (answers: Answers) => { readonly draft: Draft; readonly decisions: readonly Decision[] };
}
/** What came of it when somebody had answered every question. */
interface Imported extends Application {
  readonly values: Draft["values"];
}

const TASKS = corpus().filter((file) => !Object.hasOwn(REFUSED, file));

const ALL: readonly Imported[] = [
  ...TASKS.map((file) => {
    const application = applicationOf(file);
    const convert = (answers: Answers) => convertFile(file, { answers, application });
    return imported({ name: `ecs-${file.slice(0, 2)}`, from: file, application, convert });
  }),
  imported({
    name: "filled-in",
    from: "04-handlebars-one-json-secret.json, its placeholders filled in",
    application: "shop",
    convert: (answers) => convertJson(filledIn("04-handlebars-one-json-secret.json"), "04.json", { answers }),
  }),
  ...SERVICES.map(imported),
];

function imported({ application, convert, from, name }: Conversion): Imported {
  const { values } = answered(convert, toKeepAll).draft;
  return { name, from, application, values };
}

/** As the pipeline does it. */
function filledIn(file: string): unknown {
  const secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/production-Ab12Cd";
  return JSON.parse(
    corpusText(file)
      .replaceAll("{{SECRETS_ARN}}", secret)
      .replaceAll("{{ECR_REGISTRY}}", "111122223333.dkr.ecr.us-east-1.amazonaws.com")
      .replaceAll(/\{\{\w+\}\}/g, "shop"),
  );
}

describe("what is imported from ECS", () => {
  it.each(Object.entries(REFUSED))("is nothing for %s, and a sentence says why", (file, why) => {
    expect(() => convertFile(file)).toThrow(why);
  });

  it.each(ALL.map((one) => [one.from, one] as const))("is what synthesis takes: %s", (_, { application, values }) => {
    expect(chartIssues({ ...values, image: { digest: digestOf("a") } }, application)).toEqual([]);
  });

  it("is every kind of thing that the chart has", () => {
    const found = new Set(ALL.flatMap(({ values }) => Object.keys(values)));
    const kinds = ["autoscaling", "command", "consumers", "cronJobs", "migration", "routes", "secrets", "sidecars"];
    expect(kinds.filter((kind) => !found.has(kind))).toEqual([]);
  });

  describe("on a real API server under Pod Security", requires("helm", ...LOCAL_CLUSTER), releases);
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}
interface Deployment {
  readonly kind: "Deployment";
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** Independent of one another, in one namespace. */
function releases(): void {
  const temporary = mkdtempSync(join(tmpdir(), "mmrv-import-"));
  const inNamespace = ["--namespace", APPLICATION_NAMESPACE];
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let helm: Helm;

  const deploy = async ({ application, name, values }: Imported, digit: string) => {
    const { host, ...computed } = computedValues(staging, "frontend");
    const image = { ...computed.image, digest: digestOf(digit) };
    // Both clouds share the work by one switch; here all of it runs.
    const layers = [values, { ...computed, ...(application === "shop" && { host }), image, workers: "azure" }];
    const files = layers.flatMap((layer, index) => {
      const file = join(temporary, `${name}-${index}.yaml`);
      writeFileSync(file, JSON.stringify(layer));
      return ["--values", file];
    });
    await helm.run(["upgrade", "--install", name, APP_CHART, "--timeout", "120s", ...files]);
  };
  const deployments = async (name: string) => {
    const selector = `app.kubernetes.io/name=${name}`;
    const args = ["get", "deployments", ...inNamespace, "--selector", selector];
    return (await kubectl.json<{ items: Deployment[] }>(args)).items;
  };
  /** What each Deployment has come to: that its pods are Ready, or why it may make none. */
  const ended = (name: string) =>
    vi.waitFor(
      async () => {
        const all = (await deployments(name)).map((one) => [one.metadata.name, endOf(one)] as const);
        if (all.some(([, end]) => end === undefined)) throw new Error(`${name}: not all pods are Ready`);
        return Object.fromEntries(all);
      },
      { timeout: 120_000, interval: 500 },
    );

  beforeAll(async () => {
    plane = await ControlPlane.start({ nodes: 6, cpuPerNode: 32, memoryPerNode: "128Gi" });
    kubectl = new Kubectl(plane.kubeconfig);
    helm = new Helm(plane.kubeconfig);
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: APPLICATION_NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    };
    const { definitions, missing } = await definitionsOfOthers();
    expect(missing).toEqual([]);
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: [...definitions, namespace] });
    await kubectl.run(["apply", "--server-side", "--filename", "-"], list);
    await established(kubectl, ["--all"]);
    const wanted = ["serviceaccount/default", "configmap/kube-root-ca.crt"];
    await vi.waitFor(() => kubectl.run(["get", ...wanted, ...inNamespace]), { timeout: HANGS });
  });
  afterAll(async () => {
    await plane?.stop();
    rmSync(temporary, { recursive: true, force: true });
  });

  it("would be seen to fail there: a pod that may be root is refused", async () => {
    const labels = { "app.kubernetes.io/name": "stranger" };
    const pod = { metadata: { labels }, spec: { containers: [{ name: "stranger", image: "stranger" }] } };
    const spec = { replicas: 1, selector: { matchLabels: labels }, template: pod };
    const metadata = { name: "stranger", labels };
    const stranger = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
    await kubectl.run(["apply", ...inNamespace, "--filename", "-"], JSON.stringify(stranger));
    expect(await ended("stranger")).toEqual({
      stranger: expect.stringContaining('violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'),
    });
    await kubectl.run(["delete", "deployment", "stranger", ...inNamespace]);
  });

  it.concurrent.for(ALL.map((one) => [one.from, one] as const))(
    "%s runs: every pod is Ready",
    async ([, release], { expect }) => {
      const { name, values } = release;
      await deploy(release, "a");
      const servers = release.application === "shop" ? [name] : [];
      const consumers = Object.keys(values.consumers ?? {}).map((consumer) => `${name}-${consumer}`);
      const wanted = Object.fromEntries([...servers, ...consumers].map((deployment) => [deployment, READY]));
      expect(await ended(name)).toEqual(wanted);
      for (const job of Object.keys(values.cronJobs ?? {})) {
        await kubectl.run(["create", "job", `${name}-now`, `--from=cronjob/${name}-${job}`, ...inNamespace]);
        const complete = ["wait", "--for=condition=Complete", "--timeout=60s", `job/${name}-now`];
        expect(await kubectl.run([...complete, ...inNamespace])).toContain("condition met");
        await kubectl.run(["delete", "job", `${name}-now`, ...inNamespace]);
      }
      if (values.migration?.enabled) {
        // It runs before an upgrade, which ends only when it has succeeded.
        await deploy(release, "b");
        expect(await ended(name)).toEqual(wanted);
      }
      await helm.run(["uninstall", name]);
    },
  );
}

const READY = "Ready";

/** Undefined while nobody knows yet. */
function endOf({ metadata, spec, status }: Deployment): string | undefined {
  const { conditions = [], observedGeneration, readyReplicas, updatedReplicas } = status;
  const failure = conditions.find((condition) => condition.type === "ReplicaFailure" && condition.status === "True");
  if (failure !== undefined) return failure.message ?? failure.type;
  const isNew = observedGeneration === metadata.generation && updatedReplicas === spec.replicas;
  return isNew && readyReplicas === spec.replicas ? READY : undefined;
}
