import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../../model/environment";
import { BOOTSTRAP_RESOURCE_GROUP, namesOf, stackName } from "../../model/naming";
import type { Delivery } from "../../model/schema/git-ops";
import type { Arm } from "../../tools/azure-simulator/arm";
import { LocalAzure } from "../../tools/azure-simulator/server";
import { ControlPlane } from "../../tools/local-cluster/control-plane";
import { type SynthesizedStack, synthesize } from "../../tools/program/stacks";
import { RehearsalCluster } from "../../tools/rehearsal/cluster";
import { helmValuesWithImages } from "../../tools/rehearsal/images";
import { layOut } from "../../tools/rehearsal/lay-out";
import {
  allowProviders,
  createSandbox,
  proveItIsUs,
  REHEARSAL_SUBSCRIPTION,
  type Sandbox,
  withPrograms,
} from "../../tools/rehearsal/sandbox";
import { StackRun } from "../../tools/rehearsal/stack-run";
import { APPLICATIONS } from "./fixtures/applications";
import { ENVIRONMENTS } from "./fixtures/environments/all";

import { alone } from "./provider-stack";

/** A local Azure with what `infra` would have made, and a real API server behind its cluster. */
export interface ClusterStage {
  readonly azure: LocalAzure;
  readonly cluster: RehearsalCluster;
  readonly kubeconfig: string;
  readonly sandbox: Sandbox;
  /** The folder of the values that stacks are opened with. */
  readonly helmValues: string;
  /** One stack of the environment, initialized. */
  readonly open: (kind: string) => Promise<StackRun>;
  /** The stack with other values in its place, and `mend` done to its JSON; the state stays. */
  readonly change: (kind: string, helmValues: string, mend?: (json: string) => string) => Promise<SynthesizedStack>;
  /** The stack of a release as it is when somebody else delivers that, laid out in its place; the state stays. */
  readonly deliver: (release: string, delivery: Delivery) => Promise<SynthesizedStack>;
  readonly stop: () => Promise<void>;
}

export async function clusterStage(
  mirrors: readonly string[],
  [environment = ENVIRONMENTS[0]]: readonly Environment[] = ENVIRONMENTS,
): Promise<ClusterStage> {
  if (!environment) throw new Error("no environment");
  const plane = await ControlPlane.start();
  const azure = await LocalAzure.start();
  const bare = await createSandbox(azure);
  await allowProviders(bare, mirrors);
  await proveItIsUs(azure, bare);
  seedInfra(azure.arm, environment);
  const cluster = await RehearsalCluster.open(plane.kubeconfig);
  await cluster.prepare();
  azure.arm.store.kubeconfig = cluster.aksKubeconfig;
  const sandbox = withPrograms(bare, await cluster.installKubelogin(bare.folder));
  const values = await helmValuesWithImages(sandbox.folder, [environment], 1);
  let count = 0;
  const find = async (kind: string, helmValues: string, gitOps: Environment["gitOps"] = environment.gitOps) => {
    count += 1;
    const stacks = synthesize({
      outdir: join(sandbox.folder, `program-${count}`),
      environments: [alone({ ...environment, gitOps })],
      helmValues,
    });
    const stack = stacks.find(({ id }) => id === stackName(environment.name, kind));
    if (!stack) throw new Error(`no ${kind}`);
    return stack;
  };
  return {
    azure,
    cluster,
    kubeconfig: plane.kubeconfig,
    sandbox,
    helmValues: values,
    open: async (kind) => {
      const run = new StackRun(await find(kind, values), sandbox);
      await run.init();
      return run;
    },
    change: async (kind, helmValues, mend = (json) => json) => {
      const stack = await find(kind, helmValues);
      const file = join(stack.folder, "cdk.tf.json");
      await writeFile(file, mend(await readFile(file, "utf8")));
      await layOut(stack, join(sandbox.folder, "stacks", stack.id));
      return stack;
    },
    deliver: async (release, delivery) => {
      const stack = await find(release, values, { via: "deployKey", delivery: { [release]: delivery } });
      await layOut(stack, join(sandbox.folder, "stacks", stack.id));
      return stack;
    },
    stop: async () => {
      await plane.stop();
      await azure.stop();
      await sandbox.remove();
    },
  };
}

/** What a consumer looks up, as `infra` and `bootstrap` would have left it. */
export function seedInfra(arm: Arm, environment: Environment): void {
  const names = namesOf(environment);
  const group = (name: string) => `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/${name}`;
  const seed = (
    inGroup: string,
    type: string,
    name: string,
    properties: Record<string, never | string> | object = {},
  ) => {
    const id = `${group(inGroup)}/providers/${type}/${name}`;
    arm.store.seed(id, { id, name, type, location: environment.region, properties: properties as never });
  };
  for (const name of [names.resourceGroup, BOOTSTRAP_RESOURCE_GROUP])
    arm.store.seed(group(name), { id: group(name), name, location: environment.region });
  // By a request, so that it is as complete as one that was made.
  const { status } = arm.handle({
    method: "PUT",
    url: new URL(
      `https://management.azure.com${group(names.resourceGroup)}/providers/Microsoft.ContainerService/managedClusters/${names.cluster}`,
    ),
    body: {
      location: environment.region,
      identity: { type: "SystemAssigned" },
      sku: { name: "Base", tier: "Free" },
      properties: { dnsPrefix: "test", kubernetesVersion: environment.kubernetes.version, agentPoolProfiles: [] },
    },
  });
  if (status >= 300) throw new Error(`no cluster: ${status}`);
  const owners = APPLICATIONS.map((name) => [names.applicationIdentity(name), names.vault(name)] as const);
  for (const [identity, vault] of [...owners, [names.gitOpsIdentity, names.gitOpsVault] as const]) {
    seed(names.resourceGroup, "Microsoft.ManagedIdentity/userAssignedIdentities", identity, {
      clientId: "33333333-3333-4333-8333-333333333333",
      principalId: "44444444-4444-4444-8444-444444444444",
      tenantId: "55555555-5555-4555-8555-555555555555",
    });
    seed(names.resourceGroup, "Microsoft.KeyVault/vaults", vault, {
      tenantId: "55555555-5555-4555-8555-555555555555",
      vaultUri: `https://${vault}.vault.azure.net/`,
      sku: { family: "A", name: "standard" },
    });
  }
  seed(names.resourceGroup, "Microsoft.Network/publicIPAddresses", names.gatewayAddress, { ipAddress: "203.0.113.9" });
  seed(names.resourceGroup, "Microsoft.Monitor/accounts", names.monitorWorkspace);
  seed(names.resourceGroup, "Microsoft.Insights/actionGroups", names.actionGroup, { groupShortName: "mmrv" });
  seed(names.resourceGroup, "Microsoft.OperationalInsights/workspaces", names.workspace);
}
