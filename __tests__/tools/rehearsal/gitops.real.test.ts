import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../../model/environment";
import { namesOf, stackName } from "../../../model/naming";
import { reportFlux } from "../../../tools/azure-simulator/resource-types/kubernetes-configuration";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { dig, type Json } from "../../../tools/azure-simulator/store";
import { type SynthesizedStack, synthesize } from "../../../tools/program/stacks";
import { layOut } from "../../../tools/rehearsal/lay-out";
import { allowProviders, createSandbox, proveItIsUs, type Sandbox } from "../../../tools/rehearsal/sandbox";
import { StackRun } from "../../../tools/rehearsal/stack-run";
import { plannedChanges } from "../../../tools/terraform/terraform";
import { seedInfra } from "../../support/cluster-stage";
import { staging } from "../../support/fixtures/environments/staging";
import { providerMirror } from "../../support/real-provider";
import { requires } from "../../support/requires";

type Delivery = Readonly<Record<string, "terraform" | "handover" | "flux">>;

const withFlux = (delivery: Delivery, more: Partial<Environment> = {}): Environment => ({
  ...staging,
  deletionGuard: true,
  gitOps: { via: "deployKey", delivery },
  ...more,
});

const lower = (text: string) => text.toLowerCase();

describe("Flux of an environment", requires("azurerm provider"), () => {
  const BOTH: Delivery = { platform: "handover", backend: "handover" };
  let azure: LocalAzure;
  let sandbox: Sandbox;
  let run: StackRun;
  let count = 0;
  const synthesized = (environment: Environment): SynthesizedStack => {
    count += 1;
    const outdir = join(sandbox.folder, `program-${count}`);
    const id = stackName(environment.name, "gitops");
    const stack = synthesize({ outdir, environments: [environment] }).find((one) => one.id === id);
    if (!stack) throw new Error(`no ${id}`);
    return stack;
  };
  const inAzure = (type: string) => azure.arm.store.ofType(`microsoft.kubernetesconfiguration/${type}`);
  const configuration = (...path: string[]): Json | undefined =>
    dig(inAzure("fluxconfigurations")[0]?.body, "properties", ...path);
  const changes = async (environment: Environment) => {
    await layOut(synthesized(environment), run.folder);
    const { errors, events } = await run.terraform.json(["plan", "-input=false"]);
    return [...plannedChanges(events).map(({ action, resource }) => `${action} ${resource.addr}`), ...errors];
  };
  const sent = () =>
    azure.requests
      .filter((request) => /^(PUT|PATCH|DELETE) .*microsoft\.kubernetesconfiguration/i.test(request))
      .map((request) => request.replace(/ .*\/(\w+\/\w+)$/, " $1"));

  beforeAll(async () => {
    azure = await LocalAzure.start();
    sandbox = await createSandbox(azure);
    await allowProviders(sandbox, [providerMirror()]);
    await proveItIsUs(azure, sandbox);
    seedInfra(azure.arm, staging);
    run = new StackRun(synthesized(withFlux({})), sandbox);
    await run.init();
  });
  afterAll(async () => {
    await azure?.stop();
    await sandbox?.remove();
  });

  it("applies a probe alone until a release is handed over, and plans nothing more", async () => {
    // With the two alerts.
    expect(await run.apply()).toBe(4);
    await run.planIsEmpty();
    await run.idsAreComputable();
    expect(Object.keys(configuration("kustomizations") as object)).toEqual(["probe"]);
  });

  it("stays what it is when Azure has upgraded it", async () => {
    const [extension] = inAzure("extensions");
    if (!extension) throw new Error("no extension");
    const version = (currentVersion: string) =>
      azure.arm.store.put(extension.id, {
        ...extension.body,
        properties: { ...(extension.body.properties as object), currentVersion },
      });
    version("1.25.0");
    await run.planIsEmpty();
    version("1.22.2");
    expect(await changes(withFlux({}))).toEqual([expect.stringContaining("must be at least 1.23")]);
    version("1.24.1");
  });

  it("takes a release over: what only Azure knows of it is told, and a second plan is empty", async () => {
    await run.move(synthesized(withFlux({ backend: "handover" })), "the first release");
    expect(configuration("kustomizations")).toMatchObject({
      backend: {
        path: "./gitops/staging/backend",
        prune: false,
        force: false,
        postBuild: {
          substitute: {
            client_id: "33333333-3333-4333-8333-333333333333",
            environment: "staging",
            tenant_id: "55555555-5555-4555-8555-555555555555",
          },
        },
      },
    });
    expect([configuration("scope"), configuration("gitRepository", "localAuthRef")]).toEqual(["cluster", "git"]);
  });

  it("takes another one in place, and keeps what the agent has reported", async () => {
    const id = String(inAzure("fluxconfigurations")[0]?.body.id);
    const status = {
      kind: "Kustomization",
      name: "mmrv-backend",
      namespace: "mmrv-gitops",
      complianceState: "Non-Compliant",
    } as const;
    reportFlux(azure.arm.store, id, { complianceState: "Non-Compliant", statuses: [status] });
    await run.planIsEmpty();
    expect(await changes(withFlux(BOTH))).toEqual(["update azurerm_kubernetes_flux_configuration.configuration"]);
    await run.move(synthesized(withFlux(BOTH)), "the second release");
    expect(Object.keys(configuration("kustomizations") as object)).toEqual(["backend", "platform", "probe"]);
    expect([configuration("complianceState"), configuration("statuses")]).toEqual(["Non-Compliant", [status]]);
  });

  it("is watched: when Flux delivers a release, also by somebody who may read the group and asks what is suspended", async () => {
    const rules = () => azure.arm.store.ofType("microsoft.insights/scheduledqueryrules");
    const named = () =>
      rules()
        .map(({ body }) => body.name)
        .sort();
    expect(named()).toEqual(["flux-release-fails", "flux-source-fails"]);
    await run.move(synthesized(withFlux({ ...BOTH, backend: "flux" })), "Flux delivers");
    expect(named()).toEqual(["flux-release-fails", "flux-release-suspended", "flux-source-fails"]);
    const [identity] = azure.arm.store
      .ofType("microsoft.managedidentity/userassignedidentities")
      .filter(({ body }) => body.name === namesOf(staging).gitOpsAlertsIdentity);
    const suspended = rules().find(({ body }) => body.name === "flux-release-suspended")?.body;
    expect(Object.keys(dig(suspended, "identity", "userAssignedIdentities") as object).map(lower)).toEqual([
      lower(String(identity?.body.id)),
    ]);
    const roles = azure.arm.store.ofType("microsoft.authorization/roleassignments").map(({ body }) => body);
    expect(roles.map((role) => dig(role, "properties", "principalId"))).toEqual([
      dig(identity?.body, "properties", "principalId"),
    ]);
    await run.idsAreComputable();
    await run.move(synthesized(withFlux(BOTH)), "Terraform takes it back");
    expect(named()).toEqual(["flux-release-fails", "flux-source-fails"]);
  });

  it.each([
    [
      "a GitHub App",
      { via: "gitHubApp", appId: 1, installationId: 2, delivery: BOTH },
      { url: "https://github.com/change-me/change-me-infrastructure.git", provider: "GitHub", localAuthRef: "git-app" },
    ],
    [
      "a deploy key again",
      { via: "deployKey", delivery: BOTH },
      {
        url: "ssh://git@ssh.github.com:443/change-me/change-me-infrastructure.git",
        provider: "Generic",
        localAuthRef: "git",
      },
    ],
  ] as const)("reads the same branch with %s in place, and a second plan is empty", async (name, gitOps, source) => {
    await run.move(synthesized(withFlux(BOTH, { gitOps })), name);
    expect(configuration("gitRepository")).toMatchObject({
      ...source,
      repositoryRef: { branch: "deployed/staging" },
    });
  });

  it("is not destroyed while the guard is on", async () => {
    await run.guardRefuses();
    expect(inAzure("extensions").length).toBe(1);
  });

  it("is taken back into a state that has lost it, under the ids that are computed", async () => {
    await run.idsAreComputable();
    const addresses = [
      "azurerm_kubernetes_cluster_extension.extension",
      "azurerm_kubernetes_flux_configuration.configuration",
    ];
    const ids = [inAzure("extensions"), inAzure("fluxconfigurations")].map(([one]) => String(one?.body.id));
    for (const [index, address] of addresses.entries()) {
      await run.terraform.text(["state", "rm", address]);
      const imported = await run.terraform.text(["import", "-input=false", address, ids[index] ?? ""]);
      expect([imported.exitCode, imported.stderr]).toEqual([0, ""]);
    }
    await run.planIsEmpty();
  });

  it("goes in order once the guard is lifted: what it applies, and then Flux itself", async () => {
    await run.liftGuard(synthesized(withFlux(BOTH, { deletionGuard: false })));
    azure.requests.length = 0;
    await run.destroy();
    expect(sent()).toEqual(["DELETE fluxConfigurations/mmrv", "DELETE extensions/flux"]);
    expect([inAzure("extensions"), inAzure("fluxconfigurations")]).toEqual([[], []]);
  });

  it("comes in order when all of it is new: a cluster takes one operation at a time", async () => {
    azure.requests.length = 0;
    expect(await run.apply()).toBe(4);
    expect(sent()).toEqual(["PUT extensions/flux", "PUT fluxConfigurations/mmrv"]);
    await run.planIsEmpty();
  });
});
