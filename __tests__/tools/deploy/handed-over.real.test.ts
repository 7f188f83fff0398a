import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { PLATFORM } from "../../../model/delivery";
import { addressesInCluster } from "../../../model/handed-over";
import { chartFolder } from "../../../model/helm-values";
import { ownRelease } from "../../../model/releases";
import type { Delivery } from "../../../model/schema/git-ops";
import { adopt, missingFromState } from "../../../tools/deploy/adopt";
import { evaluate, parsePlan } from "../../../tools/deploy/plan-guard";
import { planStack } from "../../../tools/deploy/plan-stack";
import { makePlan } from "../../../tools/deploy/terraform-plan";
import type { SynthesizedStack } from "../../../tools/program/stacks";
import { digestOf } from "../../../tools/rehearsal/images";
import { REHEARSAL_SUBSCRIPTION } from "../../../tools/rehearsal/sandbox";
import type { StackRun } from "../../../tools/rehearsal/stack-run";
import { LOCAL_STATE } from "../../../tools/terraform/local-state";
import { type ClusterStage, clusterStage } from "../../support/cluster-stage";
import { type Identity, identitiesOf, recordsOf } from "../../support/flux/live";
import { Helm } from "../../support/helm";
import { allMirrors } from "../../support/real-provider";
import { LOCAL_CLUSTER, PROVIDERS, requires } from "../../support/requires";

const mirrors = allMirrors();
const ON = "2026-12-01";
const RELEASES = ["platform", "backend"] as const;
type Release = (typeof RELEASES)[number];

beforeEach(() => {
  for (const method of ["log", "error"] as const) vi.spyOn(console, method).mockImplementation(() => {});
  vi.spyOn(process.stdout, "write").mockImplementation(() => true);
});
afterEach(() => vi.restoreAllMocks());

describe(
  "a release that Terraform hands over and takes back, by the real providers on a real API server",
  requires(...PROVIDERS, "helm", "cdktf", ...LOCAL_CLUSTER),
  () => {
    let stage: ClusterStage;
    let runs: Record<Release, StackRun>;
    let helm: Helm;
    let before: Readonly<Record<string, Identity>>;

    beforeAll(async () => {
      stage = await clusterStage(mirrors);
      helm = new Helm(stage.kubeconfig);
      const platform = await stage.open("platform");
      await platform.apply();
      const backend = await stage.open("backend");
      await backend.apply();
      runs = { platform, backend };
      before = await running();
    });
    afterAll(() => stage?.stop());

    /** What runs, each with its UID and generation: another one of either is another pod, or another rollout. */
    const running = () => identitiesOf(RELEASES, stage.cluster.kubectl, helm);
    const records = (release: Release) => recordsOf(release, stage.cluster.kubectl);

    /** As on another machine, which has no providers yet, and no lock file that says which. */
    async function deliver(release: Release, delivery: Delivery) {
      const stack = await stage.deliver(release, delivery);
      const { folder, terraform } = runs[release];
      for (const kept of [".terraform", ".terraform.lock.hcl"])
        rmSync(join(folder, kept), { recursive: true, force: true });
      const init = await terraform.init();
      expect([init.exitCode, init.stderr]).toEqual([0, ""]);
      const providers = [...init.stdout.matchAll(/Installing hashicorp\/(\S+) v(\S+?)\.\.\./g)];
      return { stack, providers: providers.map(([, name, version]) => `${name} ${version}`).sort() };
    }

    const stateOf = (release: Release) => readFileSync(join(runs[release].folder, "terraform.tfstate"), "utf8");
    const plan = (release: Release) => makePlan(runs[release].terraform, { readOnly: false, streamed: false });
    const changesIn = (json: string) =>
      parsePlan(json, "the plan")
        .resource_changes.filter(({ change }) => !["no-op", "read"].includes(change.actions.join()))
        .map(({ address, change }) => `${change.actions.join()} ${address}`)
        .sort();

    /** What a person does, with cdktf's own CLI; the stand-in for Azure answers meanwhile. */
    async function deploy({ folder, id }: SynthesizedStack, state: string): Promise<string> {
      const backend = { terraform: { backend: { local: { path: state } } } };
      writeFileSync(join(folder, LOCAL_STATE.file), JSON.stringify(backend));
      const args = ["--auto-approve", "--skip-synth", "--ignore-missing-stack-dependencies", "--skip-provider-lock"];
      const { stdout } = await promisify(execFile)(
        "npx",
        ["--no-install", "cdktf", "deploy", id, ...args, "--no-color", "--output", resolve(folder, "../..")],
        { env: { ...stage.sandbox.environment, CI: "true" } },
      );
      return stdout;
    }

    it.each(RELEASES)("%s is refused in flux while its state has it, before anything", async (release) => {
      const { stack } = await deliver(release, "flux");
      const state = stateOf(release);
      const { folder, terraform } = runs[release];
      await expect(planStack(stack, folder, { on: ON, at: () => terraform })).rejects.toThrow(
        `Flux shall deliver ${release}, and Terraform still has it (${addressesInCluster(release).join(", ")})`,
      );
      expect(stateOf(release)).toBe(state);
    });

    it.each(RELEASES)("%s would be forgotten by such a jump, which the plan guard refuses", async (release) => {
      const { json } = await plan(release);
      expect(changesIn(json)).toEqual(addressesInCluster(release).map((address) => `forget ${address}`));
      expect(evaluate(parsePlan(json, "the plan"), { stack: `staging-${release}`, on: ON }).refused).toEqual(
        addressesInCluster(release).map((address) => ({ action: "forget", address })),
      );
    });

    it.each([
      ["platform", ["azurerm 4.81.0", "helm 3.1.1", "kubernetes 2.38.0"]],
      ["backend", ["azurerm 4.81.0", "helm 3.1.1"]],
    ] as const)("%s is forgotten in handover, by the providers that released it", async (release, wanted) => {
      const { stack, providers } = await deliver(release, "handover");
      expect(providers).toEqual(wanted);
      const { json } = await plan(release);
      const forgotten = addressesInCluster(release);
      expect(changesIn(json)).toEqual(forgotten.map((address) => `forget ${address}`));
      expect(evaluate(parsePlan(json, "the plan"), { stack: stack.id, on: ON }, [], forgotten).refused).toEqual([]);

      const { folder, terraform } = runs[release];
      // Without a way to the cluster: nobody there is asked.
      expect(await deploy(stack, join(folder, "terraform.tfstate"))).toContain("Apply complete!");
      const left = (await terraform.stateList()).filter((address) => !/^(data\.)?azurerm_/.test(address));
      expect(left).toEqual([]);
      await runs[release].planIsEmpty();
    });

    it("leaves everything as it ran, with the release deployed", async () => {
      expect(await running()).toEqual(before);
      for (const release of RELEASES) expect(await records(release)).toEqual(["mmrv v1 deployed"]);
      expect(await stage.cluster.expectPods("backend", digestOf("backend", 1))).toBe(2);
    });

    it.each(RELEASES)("%s is nothing to Terraform any more in flux, which needs no provider of it", async (release) => {
      const { stack, providers } = await deliver(release, "flux");
      expect(providers).toEqual(["azurerm 4.81.0"]);
      const { folder, terraform } = runs[release];
      expect(await planStack(stack, folder, { on: ON, at: () => terraform })).toBe(0);
    });

    it.each(RELEASES)("%s is taken back by imports, and changed in place alone", async (release) => {
      // In the place of Flux: its upgrade with what the release has, and its labels. handover/round-trip.real.test.ts has Flux itself.
      const { chart } = ownRelease(release);
      await helm.run(["upgrade", release, chartFolder(chart), "--reuse-values", "--wait", "--timeout", "5m"]);
      const traced = release === PLATFORM ? "namespace/mmrv" : `deployment/${release}`;
      const label = "kustomize.toolkit.fluxcd.io/name=mmrv";
      await stage.cluster.kubectl.run(["label", traced, label, "--namespace", "mmrv"]);
      const { stack } = await deliver(release, "terraform");
      const { terraform } = runs[release];
      const missing = await missingFromState(terraform, stack.json, REHEARSAL_SUBSCRIPTION);
      expect(missing.map(([address]) => address).sort()).toEqual(addressesInCluster(release));
      for await (const { result } of adopt(terraform, missing)) expect(result).toBe("adopted");

      const { json } = await plan(release);
      expect(changesIn(json)).toEqual(addressesInCluster(release).map((address) => `update ${address}`));
      expect(evaluate(parsePlan(json, "the plan"), { stack: stack.id, on: ON }, [], []).refused).toEqual([]);
      await runs[release].apply();
      await runs[release].planIsEmpty();
      await runs[release].idsAreComputable();
      expect(await records(release)).toEqual(["mmrv v1 superseded", "mmrv v2 superseded", "mmrv v3 deployed"]);
    });

    it("runs as it did before all of it", async () => {
      expect(await running()).toEqual(before);
      expect(await stage.cluster.expectPods("backend", digestOf("backend", 1))).toBe(2);
    });
  },
);
