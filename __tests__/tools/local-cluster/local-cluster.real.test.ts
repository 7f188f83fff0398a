import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { findBinaries } from "../../../tools/local-cluster/binaries";
import { ControlPlane } from "../../../tools/local-cluster/control-plane";
import { TOOLS } from "../../../tools/setup/tools";
import { LOCAL_CLUSTER, requires } from "../../support/requires";

const temporary = mkdtempSync(join(tmpdir(), "mmrv-local-cluster-test-"));
beforeEach(() => void vi.stubEnv("TMPDIR", temporary));
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** What is left of control planes: their processes, by the folder that they work in, and their folders. */
const left = () => ({
  processes: readdirSync("/proc").flatMap((entry) => {
    try {
      return readlinkSync(`/proc/${entry}/cwd`).startsWith(temporary) ? [readlinkSync(`/proc/${entry}/exe`)] : [];
    } catch {
      return [];
    }
  }),
  folders: readdirSync(temporary).filter((name) => name.startsWith("mmrv-cluster-")),
});
const NOTHING = { processes: [], folders: [] };

describe("findBinaries", () => {
  it("says what is missing, in which version, and what to do", async () => {
    vi.stubEnv("MMRV_TOOLS", temporary);
    vi.stubEnv("PATH", temporary);
    const lacks =
      /^the local cluster lacks etcd v3\.[\d.]+, kube-apiserver v1\.[\d.]+, .*, kwok v[\d.]+: npm run tools$/;
    await expect(findBinaries()).rejects.toThrow(lacks);
    await expect(ControlPlane.start()).rejects.toThrow(lacks);
  });
});

// What is left behind is looked up in /proc, which is Linux's.
describe("a local control plane", requires("Linux", ...LOCAL_CLUSTER), () => {
  describe("while it runs", () => {
    let plane: ControlPlane;
    beforeAll(async () => {
      vi.stubEnv("TMPDIR", temporary);
      plane = await ControlPlane.start({ nodes: 2, cpuPerNode: 4 });
    });
    afterAll(() => plane?.stop());

    const kubectl = (args: string, input?: object): Promise<{ exitCode: number; output: string }> =>
      new Promise((resolve) => {
        const all = ["--kubeconfig", plane.kubeconfig, "--cache-dir", join(temporary, "kubectl"), ...args.split(" ")];
        const child = execFile("kubectl", all, (error, stdout, stderr) =>
          resolve({ exitCode: error ? 1 : 0, output: stdout + stderr }),
        );
        child.stdin?.end(input && JSON.stringify(input));
      });

    it("offers the nodes that were asked for, to this user only", async () => {
      const { output } = await kubectl(
        "get nodes -o jsonpath={range.items[*]}{.metadata.name}={.status.allocatable.cpu}@{.metadata.labels.topology\\.kubernetes\\.io/zone},{end}",
      );
      expect(output).toBe("node-1=4@local-1,node-2=4@local-2,");
      expect(statSync(plane.kubeconfig).mode & 0o777).toBe(0o600);
    });

    it("makes the pods of a deployment Ready", async () => {
      const labels = { app: "web" };
      const deployment = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "default" },
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "web" }] } },
        },
      };
      expect(await kubectl("apply -f -", deployment)).toMatchObject({ exitCode: 0 });
      expect(await kubectl("rollout status deployment/web --timeout=20s")).toMatchObject({ exitCode: 0 });
      expect((await kubectl("get deployment web -o jsonpath={.status.readyReplicas}")).output).toBe("2");
    });

    it("has Pod Security refuse a privileged pod where the namespace says restricted, and nowhere else", async () => {
      const privileged = (namespace: string) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "privileged", namespace },
        spec: { containers: [{ name: "it", image: "it", securityContext: { privileged: true } }] },
      });
      const metadata = { name: "guarded", labels: { "pod-security.kubernetes.io/enforce": "restricted" } };
      await kubectl("apply -f -", { apiVersion: "v1", kind: "Namespace", metadata });
      // Admission asks for it before it judges the pod.
      await kubectl("wait --for=create serviceaccount/default -n guarded --timeout=20s");
      expect(await kubectl("apply -f -", privileged("guarded"))).toEqual({
        exitCode: 1,
        output: expect.stringContaining('violates PodSecurity "restricted:latest": privileged'),
      });
      expect(await kubectl("apply -f -", privileged("default"))).toMatchObject({ exitCode: 0 });
    });

    it("stands beside another one, which leaves nothing when it stops", async () => {
      const before = left();
      const other = await ControlPlane.start({ nodes: 1 });
      expect(left().folders).toHaveLength(2);
      expect(left().processes).toHaveLength(2 * 5);
      await Promise.all([other.stop(), other.stop()]);
      expect(left()).toEqual(before);
      expect(await kubectl("get --raw /readyz")).toEqual({ exitCode: 0, output: "ok" });
    });

    it("says which component ended by itself", async () => {
      const pid = readdirSync("/proc").find((entry) => {
        try {
          const [cwd, exe] = ["cwd", "exe"].map((link) => readlinkSync(`/proc/${entry}/${link}`));
          return cwd?.startsWith(temporary) && exe?.endsWith("/kube-scheduler");
        } catch {
          return false;
        }
      });
      process.kill(Number(pid), "SIGKILL");
      expect((await plane.failure).message).toMatch(
        /^kube-scheduler of the local cluster ended with SIGKILL; the end of its log:\n.*Starting Kubernetes Scheduler/,
      );
      await plane.stop();
      expect(left()).toEqual(NOTHING);
    });
  });

  it("that cannot start says why, with the end of the log, and leaves nothing", async () => {
    const cache = mkdtempSync(join(temporary, "broken-"));
    vi.stubEnv("MMRV_TOOLS", cache);
    for (const name of ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const) {
      const folder = join(cache, `${name}-${TOOLS[name].version}`);
      mkdirSync(folder);
      writeFileSync(join(folder, name), "#!/bin/sh\necho no luck today >&2\nexit 3\n", { mode: 0o755 });
    }
    await expect(ControlPlane.start()).rejects.toThrow(
      "kube-apiserver of the local cluster ended with exit code 3; the end of its log:\nno luck today",
    );
    expect(left()).toEqual(NOTHING);
  });

  describe("npm run local-cluster -- start", () => {
    const start = async () => {
      const child = spawn(process.execPath, ["tools/cli/mmrv.mjs", "local-cluster", "start", "--nodes", "1"], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, TMPDIR: temporary },
      });
      let printed = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => {
          printed += chunk.toString();
        });
      return { child, closed: once(child, "close"), printed: () => printed };
    };
    const ready = (printed: () => string) => expect.poll(printed).toMatch(/^export KUBECONFIG='.+\/kubeconfig'$/m);

    it("leaves nothing when it is stopped by SIGTERM", async () => {
      const { child, closed, printed } = await start();
      await ready(printed);
      expect(left().processes).toHaveLength(5);
      child.kill("SIGTERM");
      expect(await closed).toEqual([130, null]);
      expect(printed()).toContain("stopped by SIGTERM: local cluster ended, temporary files removed");
      await expect.poll(left).toEqual(NOTHING);
    });

    it("leaves nothing when it is stopped by SIGINT before it is ready", async () => {
      const { child, closed } = await start();
      await expect.poll(() => left().processes.length, { interval: 50 }).toBeGreaterThan(1);
      child.kill("SIGINT");
      expect(await closed).toEqual([130, null]);
      await expect.poll(left).toEqual(NOTHING);
    });

    it("leaves no process when it is killed by SIGKILL; its folder stays", async () => {
      const { child, closed, printed } = await start();
      await ready(printed);
      child.kill("SIGKILL");
      await closed;
      await expect.poll(() => left().processes).toEqual([]);
      for (const folder of left().folders) rmSync(join(temporary, folder), { recursive: true });
    });
  });
});
