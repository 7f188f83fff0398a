import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { parseFault } from "../../../tools/azure-simulator/faults";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { createSandbox, REHEARSAL_SUBSCRIPTION, type Sandbox } from "../../../tools/rehearsal/sandbox";
import { askUnfinished } from "../../support/ask-unfinished";

const GROUP = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/rg-test`;
const NETWORK = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet`;
const ADDRESS = `${GROUP}/providers/Microsoft.Network/publicIPAddresses/pip`;

let folder = "";
let azure: LocalAzure;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-unfinished-"));
  azure = await LocalAzure.start();
  sandbox = await createSandbox(azure);
  put(GROUP);
});
afterAll(async () => {
  await azure.stop();
  await sandbox.remove();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  azure.arm.store.delete(GROUP.toLowerCase());
  put(GROUP);
  azure.requests.length = 0;
});

const put = (path: string) =>
  azure.arm.handle({
    method: "PUT",
    url: new URL(path, "https://management.azure.com"),
    body: { location: "eastus2", properties: {} },
  });
function fail(path: string): void {
  azure.arm.failsNext = true;
  put(path);
}

const ask = (group = GROUP, environment: NodeJS.ProcessEnv = sandbox.environment) =>
  askUnfinished(folder, group, environment);

describe("what Azure did not finish in a group", () => {
  it("is what was accepted and failed; what is healthy is not told", async () => {
    fail(NETWORK);
    put(ADDRESS);
    expect(await ask()).toEqual({ unfinished: [{ id: NETWORK, state: "Failed" }] });
  });

  it("is nothing that Azure still works on, or that has no state of its own", async () => {
    const states = [
      "Creating",
      "Updating",
      "Accepted",
      "Stopping",
      "Migrating",
      "WaitingForIt",
      "succeeded",
      "Canceled",
    ];
    for (const provisioningState of states)
      azure.arm.store.seed(`${ADDRESS}-${provisioningState}`, {
        id: `${ADDRESS}-${provisioningState}`,
        properties: { provisioningState },
      });
    azure.arm.store.seed(ADDRESS, { id: ADDRESS });
    expect(await ask()).toEqual({ unfinished: [{ id: `${ADDRESS}-Canceled`, state: "Canceled" }] });
  });

  it("is looked for in what stands below a cluster and a firewall's policy, which no list of a group names", async () => {
    const cluster = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks`;
    const policy = `${GROUP}/providers/Microsoft.Network/firewallPolicies/afwp`;
    put(cluster);
    put(`${cluster}/agentPools/system`);
    put(policy);
    fail(`${cluster}/agentPools/system2`);
    fail(`${policy}/ruleCollectionGroups/rcg-egress`);
    const { unfinished } = (await ask()) as { unfinished: readonly { readonly id: string }[] };
    expect(unfinished.map(({ id }) => id).sort()).toEqual([
      `${cluster}/agentPools/system2`,
      `${policy}/ruleCollectionGroups/rcg-egress`,
    ]);
  });

  it("is looked for in what extends a cluster", async () => {
    const cluster = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks`;
    const extension = `${cluster}/providers/Microsoft.KubernetesConfiguration/extensions/flux`;
    const configuration = `${cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/mmrv`;
    for (const id of [cluster, extension, configuration]) azure.arm.store.seed(id, { id });
    for (const id of [extension, configuration])
      azure.arm.store.seed(id, { id, properties: { provisioningState: "Failed" } });
    const { unfinished } = (await ask()) as { unfinished: readonly { readonly id: string }[] };
    expect(unfinished.map(({ id }) => id).sort()).toEqual([extension, configuration]);
  });

  it("is looked for on every page of the list", async () => {
    for (let index = 0; index < 1_500; index += 1) put(`${ADDRESS}-${index}`);
    fail(NETWORK);
    expect(await ask()).toEqual({ unfinished: [{ id: NETWORK, state: "Failed" }] });
    expect(azure.requests).toEqual([`GET ${GROUP}/resources`, `GET ${GROUP}/resources`]);
  });

  it("is nothing in a group that is not there", async () => {
    expect(await ask(`${GROUP}-of-nobody`)).toEqual({ unfinished: [] });
  });

  it("is asked again when Azure is busy for a moment", async () => {
    fail(NETWORK);
    azure.faults.add(parseFault("429@GET:resources*2") as never);
    expect(await ask()).toEqual({ unfinished: [{ id: NETWORK, state: "Failed" }] });
    expect(azure.requests).toHaveLength(3);
  });
});

describe("what nobody knows", () => {
  const SECRET = "eyJ0eXAiOiJKV1Qi";

  it("is told by its status when the caller may not list the group, and quotes nothing of the answer", async () => {
    vi.spyOn(azure.arm, "handle").mockReturnValue({
      status: 403,
      body: { error: { code: "AuthorizationFailed", message: `The client with the token ${SECRET}\nmay not` } },
    });
    expect(await ask()).toEqual({ unknown: "Azure answers 403" });
  });

  it("is told too when the answer is none", async () => {
    vi.spyOn(azure.arm, "handle").mockReturnValue({ status: 200, body: { error: SECRET } });
    expect(await ask()).toEqual({ unknown: "Azure answers 200" });
  });

  it.each([
    ["there is none", 'echo "Please run az login" >&2'],
    ["it has expired", `echo "ERROR: AADSTS700082: the refresh token ${SECRET} has expired" >&2`],
  ])("is told with what to do when nobody is logged in: %s", async (_, script) => {
    writeFileSync(join(folder, "az"), `#!/bin/sh\n${script}\nexit 1\n`, { mode: 0o700 });
    const nobody = { AZURE_TENANT_ID: "", AZURE_CLIENT_ID: "", AZURE_CLIENT_SECRET: "" };
    expect(await ask(GROUP, { ...sandbox.environment, ...nobody, PATH: folder })).toEqual({
      unknown: "there is no login to Azure, or an expired one: az login, then again",
    });
    expect(azure.requests).toEqual([]);
  });
});
