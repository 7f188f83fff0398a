import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { APPLICATION_NAMESPACE, namesOf } from "../../../model/naming";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { Kubectl } from "../../../tools/deploy/kubernetes/kubectl";
import { ControlPlane } from "../../../tools/local-cluster/control-plane";
import { DEFINITIONS, permissiveDefinition } from "../../../tools/rehearsal/definitions";
import { established } from "../../../tools/rehearsal/established";
import { createSandbox, type Sandbox } from "../../../tools/rehearsal/sandbox";
import { restart } from "../../../tools/secrets/restart";
import { SecretError } from "../../../tools/secrets/secret-error";
import { SecretValue } from "../../../tools/secrets/secret-value";
import { APP_CHART, appValuesFiles, EVERYTHING } from "../../support/chart-values";
import { staging } from "../../support/fixtures/environments/staging";
import { HANGS } from "../../support/hangs.mts";
import { Helm } from "../../support/helm";
import { copyProject } from "../../support/project-copy";
import { LOCAL_CLUSTER, requires } from "../../support/requires";
import { type InVault, SecretsDriver } from "../../support/secrets-driver";
import { seedVault, vaultClient } from "../../support/secrets-tunnel";

const VAULT = namesOf(staging).vault("backend");
const VARIABLES = { "database-url": "DATABASE_URL", "queue-password": "QUEUE_PASSWORD" };
const OLD_URL = "postgres://old-value@db";
const NEW_URL = "postgres://new-välue@db\n";

const vaultOf = (version: string, url: string): InVault => ({
  "database-url": { version: `url-${version}`, value: url },
  "signing-key": { version: "key-1", value: "key-value" },
  "queue-password": { version: "queue-1", value: "queue-value" },
});
const OLD = vaultOf("1", OLD_URL);
const NEW = vaultOf("2", NEW_URL);

interface Deployment {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };
  };
}

describe("secrets restart", () => {
  describe("on a real API server, beside what the driver of secrets does", requires("helm", ...LOCAL_CLUSTER), tests);
});

function tests(): void {
  const temporary = mkdtempSync(join(tmpdir(), "mmrv-restart-"));
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let driver: SecretsDriver;
  let inVault: InVault;
  let lines: string[];

  const helm = () => new Helm(plane.kubeconfig);
  const release = async (more: object) => {
    const files = appValuesFiles(temporary, { environment: staging, application: "backend", more });
    const values = files.flatMap((file) => ["--values", file]);
    await helm().run(["upgrade", "--install", "backend", APP_CHART, "--wait", "--timeout", "120s", ...values]);
  };
  const { consumers, secrets, workers } = EVERYTHING;
  const WITH_VARIABLES = { secrets, consumers, workers, replicas: 2, autoscaling: { enabled: false } };

  /** When each deployment was last restarted. */
  const restartedAt = async () => {
    const { items } = await kubectl.json<{ items: Deployment[] }>([
      ...["get", "deployments", "--namespace", APPLICATION_NAMESPACE],
    ]);
    return Object.fromEntries(
      items.map(({ metadata, spec }) => [
        metadata.name,
        spec.template.metadata.annotations?.["kubectl.kubernetes.io/restartedAt"],
      ]),
    );
  };
  const vault = {
    name: VAULT,
    read: async (name: string) => {
      const secret = inVault[name];
      return (
        secret && { value: new SecretValue(secret.value), version: secret.version, created: new Date(0), tags: {} }
      );
    },
  };
  const patient = (atMost: number) => ({ atMost, pause: 20 });
  const run = (more: Partial<Parameters<typeof restart>[0]> = {}) =>
    restart({
      kubectl,
      vault,
      application: "backend",
      dryRun: false,
      tell: (line) => lines.push(line),
      patience: patient(HANGS),
      ...more,
    });

  beforeAll(async () => {
    plane = await ControlPlane.start();
    kubectl = new Kubectl(plane.kubeconfig);
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: APPLICATION_NAMESPACE } };
    const items = [...DEFINITIONS.map(permissiveDefinition), SecretsDriver.definition, namespace];
    await kubectl.run(
      ["apply", "--server-side", "--filename", "-"],
      JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    );
    await established(kubectl, ["--all"]);
    await release(WITH_VARIABLES);
    driver = new SecretsDriver(kubectl, "backend", VARIABLES);
  });
  beforeEach(async () => {
    lines = [];
    inVault = OLD;
    await driver.fetchAll(OLD);
  });
  afterAll(async () => {
    await plane?.stop();
    rmSync(temporary, { recursive: true, force: true });
  });

  it("restarts server and consumers at once when the cluster has what the vault has, and waits for their pods", async () => {
    const [before, pods] = [await restartedAt(), await driver.pods()];
    expect(await run()).toBe(2);
    const after = await restartedAt();
    expect(Object.keys(after)).toEqual(["backend", "backend-mail"]);
    for (const [name, at] of Object.entries(after)) expect(at, name).not.toBe(before[name]);
    expect(await driver.pods()).toHaveLength(pods.length);
    expect((await driver.pods()).filter((pod) => pods.includes(pod))).toEqual([]);
    const [, secret] = / by the Secret (\S+)$/.exec(lines[0] ?? "") ?? [];
    expect(lines).toEqual([
      `DATABASE_URL is ${VAULT}'s database-url, by the Secret ${secret}`,
      `QUEUE_PASSWORD is ${VAULT}'s queue-password, by the Secret ${secret}`,
      "every pod and the Secret have what the vault has",
      "restarting backend, backend-mail; old pods leave when new ones are ready",
      "deployment/backend runs with what the vault has",
      "deployment/backend-mail runs with what the vault has",
    ]);
  });

  it("waits for every pod's version and for the Secret, because a pod with old files writes its value back", async () => {
    const before = await restartedAt();
    const pods = await driver.pods();
    const [first = "", ...others] = pods;
    inVault = NEW;
    const running = run();
    const waits = (text: string) => vi.waitFor(() => expect(lines.at(-1)).toBe(text), { timeout: HANGS });
    const waiting = "waiting for the driver, which looks every two minutes:";
    const old = (names: readonly string[]) =>
      `${names.length} of ${pods.length} pods with another version (${names.join(", ")})`;
    await waits(`${waiting} ${old(pods)}; another value in the Secret for DATABASE_URL`);

    await driver.fetch(first, NEW);
    await waits(`${waiting} ${old(others)}`);
    // The Secret is new, and another pod's node makes it old again.
    await driver.writeSecret(others[0] ?? "");
    await waits(`${waiting} ${old(others)}; another value in the Secret for DATABASE_URL`);
    expect(await restartedAt()).toEqual(before);

    for (const pod of others) await driver.fetch(pod, NEW);
    expect(await running).toBe(2);
    expect(await restartedAt()).not.toEqual(before);
    expect(lines.join("\n")).not.toMatch(/value@|queue-value|key-value/);
  });

  it("counts no pod that is done: the driver fetches nothing for it any more", async () => {
    const inNamespace = ["--namespace", APPLICATION_NAMESPACE];
    const labels = { "app.kubernetes.io/name": "backend", "app.kubernetes.io/part-of": "mmrv" };
    const job = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "backend-report", labels },
      spec: { containers: [{ name: "report", image: "report" }] },
    };
    await kubectl.run(["create", ...inNamespace, "--filename", "-"], JSON.stringify(job));
    await driver.fetch("backend-report", OLD);
    inVault = NEW;
    const isOld = /would wait for the driver: 1 of \d pods with another version \(backend-report\)/;
    for (const pod of await driver.pods()) if (pod !== "backend-report") await driver.fetch(pod, NEW);
    await run({ dryRun: true });
    expect(lines.join("\n")).toMatch(isOld);

    const status = JSON.stringify({ status: { phase: "Succeeded" } });
    const patch = ["--subresource", "status", "--type", "merge", "--patch", status];
    await kubectl.run(["patch", "pod", "backend-report", ...inNamespace, ...patch]);
    lines = [];
    await run({ dryRun: true });
    expect(lines.join("\n")).not.toMatch(isOld);
    expect(lines).toContain("every pod and the Secret have what the vault has");
    await kubectl.run(["delete", "pod", "backend-report", ...inNamespace]);
  });

  it("touches nothing in a dry run, and says what it would wait for", async () => {
    const before = await restartedAt();
    inVault = NEW;
    expect(await run({ dryRun: true })).toBe(0);
    expect(lines.slice(-2)).toEqual([
      expect.stringMatching(
        /^would wait for the driver: (\d) of \1 pods with another version \(.*\); another value in the Secret for DATABASE_URL$/,
      ),
      "would restart backend, backend-mail",
    ]);
    expect(await restartedAt()).toEqual(before);
  });

  it("gives up after a time, with the pods that lag and what the cluster says, and restarts nothing", async () => {
    const before = await restartedAt();
    const [pod = ""] = await driver.pods();
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "rotation", namespace: APPLICATION_NAMESPACE },
      involvedObject: { apiVersion: "v1", kind: "Pod", name: pod, namespace: APPLICATION_NAMESPACE },
      reason: "MountRotationFailed",
      message: "provider mount err: 403",
      type: "Warning",
      lastTimestamp: new Date(Date.now() + 60_000).toISOString().replace(/\.\d+/, ""),
    };
    await kubectl.run(["create", "--filename", "-"], JSON.stringify(event));
    inVault = NEW;
    const failure = await run({ patience: patient(0) }).catch((error: Error) => error.message);
    expect(failure).toMatch(
      /^backend: the driver has not brought in 0 minutes what the vault has: \d of \d pods with another version \(.*\); another value in the Secret for DATABASE_URL; nothing was restarted\n {2}Pod \S+: MountRotationFailed: provider mount err: 403\n {2}next: docs\/runbooks\/vault\.md /,
    );
    expect(failure).not.toMatch(/value@/);
    expect(await restartedAt()).toEqual(before);
    await kubectl.run(["delete", "event", "rotation", "--namespace", APPLICATION_NAMESPACE]);
  });

  it.each<[string, () => Promise<undefined>, RegExp]>([
    [
      "is not in the vault",
      async () => undefined,
      /^backend\/database-url: it is not in kv-.*, so no new pod could start; /,
    ],
    [
      "cannot be read",
      () => Promise.reject(new SecretError("you may not do that")),
      /^backend\/database-url: you may not do that; nothing was restarted$/,
    ],
  ])("restarts nothing when a secret %s", async (_, read, sentence) => {
    const before = await restartedAt();
    await expect(run({ vault: { name: VAULT, read } })).rejects.toThrow(sentence);
    expect(await restartedAt()).toEqual(before);
  });

  it("says so when no pod has fetched anything, because then nobody ever brings it", async () => {
    const inNamespace = ["--namespace", APPLICATION_NAMESPACE];
    await kubectl.run(["delete", "secretproviderclasspodstatuses", "--all", ...inNamespace]);
    inVault = NEW;
    await expect(run()).rejects.toThrow(/^no pod of backend has fetched its secrets, /);
  });

  it("says so when new pods do not become ready, and the old ones go on", async () => {
    const pods = await driver.pods();
    // Nowhere is room for more.
    const nodes = (await kubectl.run(["get", "nodes", "--output", "name"])).trim().split("\n");
    await kubectl.run(["cordon", ...nodes]);
    const quick: Pick<Kubectl, "json" | "run"> = {
      json: (args) => kubectl.json(args),
      run: (args) => kubectl.run(args.map((one) => (one === "15m" ? "1s" : one))),
    };
    await expect(run({ kubectl: quick })).rejects.toThrow(
      /^kubectl rollout: .*timed out.*; its old pods go on, with the old values/,
    );
    expect((await driver.pods()).filter((pod) => pods.includes(pod))).toEqual(pods);
    await kubectl.run(["uncordon", ...nodes]);
    for (const name of ["backend", "backend-mail"])
      await kubectl.run(["rollout", "status", `deployment/${name}`, "--namespace", APPLICATION_NAMESPACE]);
  });

  it("has nothing to do for an application that does not run", async () => {
    await expect(run({ application: "frontend" })).rejects.toThrow(
      /^frontend has no deployment in mmrv, so no pod keeps an old value; nothing was touched$/,
    );
  });

  describe("as a command", () => {
    let azure: LocalAzure;
    let sandbox: Sandbox;
    let project: string;
    beforeAll(async () => {
      azure = await LocalAzure.start();
      sandbox = await createSandbox(azure);
      project = copyProject();
      seedVault(azure, VAULT);
    });
    afterAll(async () => {
      await azure?.stop();
      await sandbox?.remove();
      rmSync(project, { recursive: true, force: true });
    });
    const useContext = async (name: string) => {
      const now = (await kubectl.run(["config", "current-context"])).trim();
      if (now !== name) await kubectl.run(["config", "rename-context", now, name]);
    };
    const command = (...args: string[]) =>
      new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
        const env = { ...sandbox.environment, KUBECONFIG: plane.kubeconfig };
        const all = [resolve("tools/load.mjs"), "tools/cli/mmrv.ts", "secrets", "restart", ...args];
        execFile(process.execPath, all, { cwd: project, env }, (error, stdout, stderr) =>
          done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
        );
      });

    it("asks nothing of another cluster than the environment's", async () => {
      await useContext("aks-mmrv-production");
      expect(await command("staging", "backend")).toEqual({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(
          /^kubectl looks at aks-mmrv-production, not at aks-mmrv-staging; nothing was touched\n/,
        ),
      });
    });

    it("reads the vault itself, waits for the driver, restarts, and prints no value", async () => {
      await useContext("aks-mmrv-staging");
      const client = vaultClient(azure, VAULT);
      const set = async (values: Readonly<Record<string, string>>): Promise<InVault> => {
        const made: Record<string, InVault[string]> = {};
        for (const [name, value] of Object.entries(values)) {
          const { properties } = await client.setSecret(name, value);
          made[name] = { version: properties.version ?? "", value };
        }
        return made;
      };
      const first = await set({ "database-url": OLD_URL, "signing-key": "key-value", "queue-password": "queue-value" });
      await driver.fetchAll(first);
      const second = { ...first, ...(await set({ "database-url": NEW_URL })) };
      const before = await restartedAt();
      const running = command("staging", "backend");
      await vi.waitFor(
        () => expect(azure.requests.filter((request) => request.includes("database-url")).length).toBeGreaterThan(3),
        { timeout: HANGS },
      );
      expect(await restartedAt()).toEqual(before);
      await driver.fetchAll(second);
      const { code, stderr, stdout } = await running;
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/^backend: waiting for the driver, which looks every two minutes: (\d) of \1 pods /m);
      expect(stdout).toMatch(/\nrestart staging backend: 2 deployments restarted\n$/);
      expect(stdout).not.toMatch(/value@|queue-value|key-value/);
      expect(await restartedAt()).not.toEqual(before);
    });

    it("knows environments and applications by name", async () => {
      expect((await command("stagin", "backend")).stderr).toContain("stagin: no such environment");
      expect((await command("staging", "bakend")).stderr).toContain("bakend: no such application in staging");
    });
  });

  it("waits for nothing when every secret is a file, which new pods read anew", async () => {
    await release({ ...WITH_VARIABLES, secrets: [{ name: "signing-key" }], workers: "aws" });
    const nobody = { name: VAULT, read: () => Promise.reject(new Error("asked")) };
    expect(await run({ vault: nobody })).toBe(1);
    expect(lines).toEqual([
      "no secret is a variable, and files are read anew when a pod starts: nothing to wait for",
      "restarting backend; old pods leave when new ones are ready",
      "deployment/backend runs with what the vault has",
    ]);
  });
}
