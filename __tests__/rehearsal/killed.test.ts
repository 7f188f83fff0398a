import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { Egress } from "../../constructs/egress";
import { KubernetesCluster } from "../../constructs/kubernetes-cluster";
import { LogWorkspace } from "../../constructs/log-workspace";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { Network } from "../../constructs/network";
import { PublicAddress } from "../../constructs/public-address";
import { adopt, missingFromState } from "../../tools/azure/adopt";
import { REHEARSAL_SUBSCRIPTION } from "../../tools/rehearsal/sandbox";
import { Terraform } from "../../tools/rehearsal/terraform";
import { ground } from "../support/fixtures";
import { providerMirror, stage } from "../support/real-provider";

/** The smallest cluster that the constructs make. */
function cluster(stack: TerraformStack): void {
  const resourceGroup = ground(stack);
  const network = new Network(stack, "network", { name: "vnet", resourceGroup, addressSpace: "10.0.0.0/16" });
  const nodes = network.addSubnet("nodes", { name: "snet-nodes", addressPrefix: "10.0.0.0/24" });
  const api = network.addSubnet("api", {
    name: "snet-api",
    addressPrefix: "10.0.1.0/28",
    delegateTo: "Microsoft.ContainerService/managedClusters",
  });
  const identity = new ManagedIdentity(stack, "identity", { name: "id-cluster", resourceGroup });
  const kubelet = new ManagedIdentity(stack, "kubelet", { name: "id-kubelet", resourceGroup });
  const address = new PublicAddress(stack, "address", { name: "pip", resourceGroup, zones: [] });
  const weekly = { dayOfWeek: "Sunday", startTime: "01:00", utcOffset: "+00:00", durationHours: 4 };
  const pool = { vmSize: "Standard_D4ds_v5", osDiskGb: 100, minCount: 1, maxCount: 2 };
  new KubernetesCluster(stack, "cluster", {
    name: "aks",
    dnsPrefix: "aks",
    resourceGroup,
    nodeResourceGroup: "rg-nodes",
    version: "1.35",
    upgradeChannel: "patch",
    tier: "Free",
    costAnalysis: false,
    tenantId: "5f1c0d4e-0000-4000-8000-7e6e5f6d6d76",
    adminGroupObjectIds: ["5f1c0d4e-0000-4000-8000-000000000001"],
    identity,
    kubeletIdentity: kubelet,
    apiServer: { subnet: api, authorizedRanges: ["203.0.113.0/29"] },
    nodes,
    podCidr: "10.128.0.0/16",
    serviceCidr: "10.1.0.0/20",
    egress: new Egress(stack, "egress", {
      shape: { via: "loadBalancer" },
      address,
      cluster: identity,
      natGatewayName: "ng",
      resourceGroup,
      subnets: [nodes],
    }),
    nodePools: [
      { name: "system1", mode: "System", ...pool },
      { name: "apps1", mode: "User", ...pool },
    ],
    zones: [],
    hostEncryption: false,
    imageCleanerHours: 48,
    maintenance: { cluster: weekly, nodes: weekly, freezes: [] },
    workspace: new LogWorkspace(stack, "logs", { name: "log-test", resourceGroup, retentionDays: 30 }),
    ready: [nodes.grantJoin("join", identity), api.grantJoin("join", identity), kubelet.grantOperator(identity)].map(
      ({ resource }) => resource,
    ),
  });
}

/** Processes whose working folder lies below `folder`: a Terraform or a provider that outlived its run. */
function processesIn(folder: string): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ? [pid] : [];
      } catch {
        return [];
      }
    });
}

describe.runIf(providerMirror() !== "")("Terraform killed while Azure makes the cluster", () => {
  it("loses it from the state; adopt takes it back, the next apply converges, and nothing is left to plan", async () => {
    const { azure, run, sandbox, stack, stop } = await stage(cluster);
    try {
      azure.onRequest = (method, path) => {
        if (method === "PUT" && path.endsWith("/managedClusters/aks")) Terraform.killAll("SIGKILL");
      };
      expect((await run.tryApply()).errors.join()).toContain("SIGKILL");
      azure.onRequest = () => {};
      expect(processesIn(sandbox.folder)).toEqual([]);

      const { errors } = await run.tryApply();
      expect(errors.join()).toMatch(/azurerm_kubernetes_cluster\.cluster.*already exists/);

      const missing = await missingFromState(run.terraform, stack.json, REHEARSAL_SUBSCRIPTION);
      const adopted: unknown[] = [];
      for await (const { address, result } of adopt(run.terraform, missing)) adopted.push([address, result]);
      expect(adopted).toEqual([
        ["azurerm_kubernetes_cluster.cluster", "adopted"],
        [expect.stringContaining("azurerm_kubernetes_cluster_node_pool.cluster_apps1"), "absent"],
      ]);
      await run.apply();
      await run.planIsEmpty();
      await run.idsAreComputable();
    } finally {
      await stop();
    }
  }, 300_000);
});

describe.runIf(providerMirror() !== "")("npm run rehearse, interrupted", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s ends with exit code 130, no process and no folder left",
    async (signal) => {
      const temporary = mkdtempSync(join(tmpdir(), "mmrv-interrupted-"));
      const child = spawn(process.execPath, ["--import", "tsx", "tools/cli/rehearse.ts", "staging-infra"], {
        stdio: "ignore",
        env: { ...process.env, TMPDIR: temporary },
      });
      const closed = once(child, "close");
      const isApplying = () =>
        readdirSync(temporary).some((name) => processesIn(join(temporary, name, "stacks")).length > 1);
      await expect.poll(isApplying, { timeout: 60_000, interval: 200 }).toBe(true);
      child.kill(signal);
      const [code] = await closed;
      expect(code).toBe(130);
      expect(processesIn(temporary)).toEqual([]);
      // tsx keeps its compiled files there.
      expect(readdirSync(temporary).filter((name) => name.startsWith("mmrv-"))).toEqual([]);
      rmSync(temporary, { recursive: true });
    },
    120_000,
  );
});
