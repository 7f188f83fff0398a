import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../../model/environment";
import { namesOf, stackName } from "../../../model/naming";
import { parseFault } from "../../../tools/azure-simulator/faults";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { type SynthesizedStack, synthesize } from "../../../tools/program/stacks";
import { layOut } from "../../../tools/rehearsal/lay-out";
import {
  allowProviders,
  createSandbox,
  proveItIsUs,
  REHEARSAL_SUBSCRIPTION,
  type Sandbox,
} from "../../../tools/rehearsal/sandbox";
import { StackRun } from "../../../tools/rehearsal/stack-run";
import { askUnfinished } from "../../support/ask-unfinished";
import { seedInfra } from "../../support/cluster-stage";
import { staging } from "../../support/fixtures/environments/staging";
import { providerMirror } from "../../support/real-provider";
import { requires } from "../../support/requires";

const GROUP = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/${namesOf(staging).resourceGroup}`;
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/${namesOf(staging).cluster}`;
const EXTENSION = `${CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions/flux`;
const CONFIGURATION = `${CLUSTER}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/mmrv`;

const withFlux = (delivery: Readonly<Record<string, "handover">>): Environment => ({
  ...staging,
  deletionGuard: true,
  gitOps: { via: "deployKey", delivery },
});

describe("Flux that Azure accepted and did not finish", requires("azurerm provider"), () => {
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
  const misbehave = (text: string): void => {
    const fault = parseFault(`${text}:microsoft.kubernetesconfiguration`);
    if (!fault) throw new Error(text);
    azure.faults.add(fault);
  };
  const unfinished = () => askUnfinished(sandbox.folder, GROUP, sandbox.environment);
  const failed = (id: string) => ({ unfinished: [{ id, state: "Failed" }] });
  /** Of Flux; the alerts on it come whatever happens to it. */
  const made = async () => (await run.terraform.stateList()).filter((address) => /^azurerm_kubernetes_/.test(address));

  beforeAll(async () => {
    azure = await LocalAzure.start();
    sandbox = await createSandbox(azure);
    await allowProviders(sandbox, [providerMirror()]);
    await proveItIsUs(azure, sandbox);
    seedInfra(azure.arm, staging);
    run = new StackRun(synthesized(withFlux({ backend: "handover" })), sandbox);
    await run.init();
  });
  afterAll(async () => {
    await azure?.stop();
    await sandbox?.remove();
  });

  it("is nothing when the cluster was busy with another operation: the next deployment makes it", async () => {
    misbehave("409@PUT");
    const { exitCode, errors } = await run.tryApply();
    expect([exitCode, errors]).toEqual([1, [expect.stringContaining("409 Conflict")]]);
    expect(await unfinished()).toEqual({ unfinished: [] });
  });

  it("is found as the extension, which Terraform has no knowledge of, and made again once it is taken away", async () => {
    misbehave("fails@PUT");
    expect((await run.tryApply()).errors).toEqual([expect.stringContaining("polling failed")]);
    expect([await made(), await unfinished()]).toEqual([[], failed(EXTENSION)]);
    expect((await run.tryApply()).errors).toEqual([expect.stringContaining("already exists")]);
    // az k8s-extension delete, as is said of it.
    const url = new URL(EXTENSION, "https://management.azure.com");
    const deletion = azure.arm.handle({ method: "DELETE", url, body: undefined });
    expect(deletion.status).toBe(202);
    // It asks until that has ended.
    const operation = new URL(deletion.headers?.["Azure-AsyncOperation"] ?? "");
    expect(azure.arm.handle({ method: "GET", url: operation, body: undefined }).body).toEqual({ status: "Succeeded" });
    await run.apply();
    expect(await made()).toEqual([
      "azurerm_kubernetes_cluster_extension.extension",
      "azurerm_kubernetes_flux_configuration.configuration",
    ]);
    await run.planIsEmpty();
    expect(await unfinished()).toEqual({ unfinished: [] });
  });

  it("is found as the configuration after a change, though a plan sees nothing any more", async () => {
    misbehave("fails@PUT");
    await layOut(synthesized(withFlux({ backend: "handover", platform: "handover" })), run.folder);
    expect((await run.tryApply()).errors).toEqual([expect.stringContaining("polling failed")]);
    await run.planIsEmpty();
    expect(await unfinished()).toEqual(failed(CONFIGURATION));
  });
});
