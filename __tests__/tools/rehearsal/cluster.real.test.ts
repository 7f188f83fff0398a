import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adopt, missingFromState } from "../../../tools/deploy/adopt";
import { Helm } from "../../../tools/deploy/kubernetes/helm";
import { pendingRevisions, releasesOf, settle } from "../../../tools/deploy/kubernetes/releases";
import { RehearsalCluster } from "../../../tools/rehearsal/cluster";
import { digestOf, helmValuesWithImages } from "../../../tools/rehearsal/images";
import { REHEARSAL_SUBSCRIPTION } from "../../../tools/rehearsal/sandbox";
import type { StackRun } from "../../../tools/rehearsal/stack-run";
import type { StackJson } from "../../../tools/terraform/stack-json";
import { type ClusterStage, clusterStage } from "../../support/cluster-stage";
import { staging } from "../../support/fixtures/environments/staging";
import { allMirrors } from "../../support/real-provider";
import { LOCAL_CLUSTER, PROVIDERS, requires } from "../../support/requires";

const mirrors = allMirrors();

/** Values of build 2 with something more in those of staging's backend. */
async function valuesWith(stage: ClusterStage, more: string): Promise<string> {
  const folder = await helmValuesWithImages(mkdtempSync(join(stage.sandbox.folder, "values-")), [staging], 2);
  const file = join(folder, "backend", "staging.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8")}\n${more}\n`);
  return folder;
}

/** What synthesis would refuse, because the sum fits no quota, is put into its place afterwards. */
const MORE_CPU = "resources: { requests: { cpu: 251m } }";
const tooLarge = (json: string) => json.replaceAll("251m", "64");

describe("releases", () => {
  describe(
    "the backend on a real API server, by the real providers",
    requires(...PROVIDERS, "helm", ...LOCAL_CLUSTER),
    () => {
      let stage: ClusterStage;
      let platform: StackRun;
      let backend: StackRun;
      beforeAll(async () => {
        stage = await clusterStage(mirrors);
        platform = await stage.open("platform");
        await platform.apply();
        backend = await stage.open("backend");
        await backend.apply();
      });
      afterAll(() => stage?.stop());

      it("is Ready with its image, and a second plan is empty", async () => {
        expect(await stage.cluster.expectPods("backend", digestOf("backend", 1))).toBe(2);
        await backend.planIsEmpty();
        await backend.idsAreComputable();
      });

      it("is no place for a rehearsal, which refuses it and plans to delete nothing there when it ends", async () => {
        const before = process.listenerCount("exit");
        await expect(RehearsalCluster.open(stage.kubeconfig)).rejects.toThrow(
          /there is a namespace mmrv already; is it a tunnel to a real cluster\?/,
        );
        expect(process.listenerCount("exit")).toBe(before);
      });

      it("takes its next image as one upgrade in place", async () => {
        const next = await stage.change("backend", await valuesWith(stage, ""));
        await backend.move(next, "the next image");
        expect(await stage.cluster.expectPods("backend", digestOf("backend", 2))).toBe(2);
      });

      it("stays as it was when an upgrade cannot be scheduled, the warnings say why, and the next apply is clean", async () => {
        await stage.change("backend", await valuesWith(stage, MORE_CPU), (json) =>
          tooLarge(json).replaceAll('"timeout": 900', '"timeout": 15'),
        );
        const { errors } = await backend.tryApply();
        expect(errors.join()).toMatch(/context deadline exceeded|rolled back/);
        expect(await stage.cluster.expectPods("backend", digestOf("backend", 2))).toBe(2);
        expect((await stage.cluster.warnings()).join()).toMatch(
          /FailedScheduling.*Insufficient cpu|FailedCreate.*exceeded quota/,
        );
        await stage.change("backend", await valuesWith(stage, ""));
        await backend.apply();
        await backend.planIsEmpty();
      });

      it("is locked by a run that dies in the middle of an upgrade, and unlocked by a rollback to the revision before", async () => {
        await stage.change("backend", await valuesWith(stage, MORE_CPU), tooLarge);
        const run = spawn("terraform", ["apply", "-auto-approve", "-input=false"], {
          cwd: backend.folder,
          env: stage.sandbox.environment,
          detached: true,
          stdio: "ignore",
        });
        const release = { name: "backend", namespace: "mmrv" };
        const pendingNow = () => pendingRevisions(stage.cluster.kubectl, release);
        await expect.poll(pendingNow, { interval: 200 }).not.toEqual([]);
        const pending = await pendingNow();
        // Helm writes the revision down first, and changes the cluster then.
        const requested = async () =>
          (
            await stage.cluster.kubectl.json<{ spec: { template: { spec: { containers: { resources: object }[] } } } }>(
              [...["get", "deployment", "backend", "--namespace", "mmrv"]],
            )
          ).spec.template.spec.containers[0]?.resources;
        await expect.poll(requested, { interval: 200 }).toMatchObject({ requests: { cpu: "64" } });
        process.kill(-(run.pid as number), "SIGKILL");
        await once(run, "close");
        expect(pending).toMatchObject([{ status: "pending-upgrade" }]);

        const good = await stage.change("backend", await valuesWith(stage, ""));
        rmSync(join(backend.folder, ".terraform.tfstate.lock.info"), { force: true });
        const { errors } = await backend.tryApply();
        expect(errors.join()).toContain("another operation (install/upgrade/rollback) is in progress");
        expect(releasesOf(good.json)).toEqual([release]);
        // What the killed run had changed is still in the cluster, and no plan would see it.
        expect(await requested()).toMatchObject({ requests: { cpu: "64" } });
        const helm = new Helm(stage.kubeconfig);
        for (const revision of pending) expect(await settle(stage.cluster.kubectl, helm, revision)).toBeGreaterThan(0);
        expect(await pendingNow()).toEqual([]);
        expect(await requested()).not.toMatchObject({ requests: { cpu: "64" } });
        await backend.apply();
        await backend.planIsEmpty();
        expect(await stage.cluster.expectPods("backend", digestOf("backend", 2))).toBe(2);
      });

      it("refuses what Pod Security forbids, and the warnings say so", async () => {
        const pod = {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "bad", namespace: "mmrv" },
          spec: {
            selector: { matchLabels: { app: "bad" } },
            template: {
              metadata: { labels: { app: "bad" } },
              spec: { containers: [{ name: "bad", image: "bad", securityContext: { privileged: true } }] },
            },
          },
        };
        await stage.cluster.kubectl.run(["apply", "--filename", "-"], JSON.stringify(pod));
        const warnings = async () => (await stage.cluster.warnings()).join();
        await expect.poll(warnings, { interval: 200 }).toMatch(/violates PodSecurity "restricted:v1\.35"/);
        await stage.cluster.kubectl.run(["delete", "deployment", "bad", "--namespace", "mmrv"]);
      });

      it("is adopted when it fell out of the state, and what does not exist is left for the next apply", async () => {
        const { stdout } = await backend.terraform.text(["state", "rm", "helm_release.release"]);
        expect(stdout).toContain("Removed helm_release.release");
        const frontend = await stage.open("frontend");
        const adopted = async ({ folder, terraform }: StackRun) => {
          const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as StackJson;
          const found: [string, unknown][] = [];
          for await (const { address, result } of adopt(
            terraform,
            await missingFromState(terraform, json, REHEARSAL_SUBSCRIPTION),
          ))
            found.push([address.split(".")[0] ?? "", result]);
          return found;
        };
        expect(await adopted(backend)).toEqual([["helm_release", "adopted"]]);
        await backend.apply();
        await backend.planIsEmpty();
        expect(await adopted(frontend)).toContainEqual(["helm_release", "absent"]);
      });

      it("leaves nothing when it is torn down", async () => {
        await backend.destroy();
        await platform.destroy();
        expect(await stage.cluster.leftovers()).toEqual([]);
        await stage.cluster.clear();
        expect(await stage.cluster.kubectl.run(["get", "customresourcedefinitions", "--output", "name"])).toBe("");
      });
    },
  );
});

describe("--kubeconfig", () => {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-kubeconfig-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const kubeconfig = (cluster: object, user: object) => {
    const file = join(folder, "kubeconfig");
    const named = { clusters: [{ name: "c", cluster }], users: [{ name: "u", user }] };
    const contexts = [{ name: "x", context: { cluster: "c", user: "u" } }];
    writeFileSync(
      file,
      JSON.stringify({ apiVersion: "v1", kind: "Config", "current-context": "x", contexts, ...named }),
    );
    return file;
  };
  const ca = { "certificate-authority-data": Buffer.from("ca").toString("base64") };

  it.each([
    [
      "a server elsewhere",
      { server: "https://aks-mmrv-production.hcp.eastus2.azmk8s.io:443", ...ca },
      { token: "t" },
      "only one on this machine",
    ],
    [
      "a name that only looks local",
      { server: "https://127.0.0.1.example.com", ...ca },
      { token: "t" },
      "only one on this machine",
    ],
    [
      "no authority",
      { server: "https://127.0.0.1:6443", "insecure-skip-tls-verify": true },
      { token: "t" },
      "it names no certificate authority",
    ],
    [
      "a credential that cannot be passed on",
      { server: "https://[::1]:6443", ...ca },
      { username: "a", password: "b" },
      "neither a client certificate nor a token",
    ],
  ])("is refused with %s, before anything is asked there", async (_, cluster, user, sentence) => {
    await expect(RehearsalCluster.open(kubeconfig(cluster, user))).rejects.toThrow(sentence);
  });

  it("is refused when it cannot be read", async () => {
    await expect(RehearsalCluster.open(join(folder, "missing"))).rejects.toThrow("nothing was touched");
  });
});
