import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { adopt, missingFromState } from "../../../tools/deploy/adopt";
import { REHEARSAL_SUBSCRIPTION } from "../../../tools/rehearsal/sandbox";
import { Terraform } from "../../../tools/terraform/terraform";
import { cluster } from "../../support/cluster-fixture";
import { copyProject } from "../../support/project-copy";
import { stage } from "../../support/real-provider";
import { requires } from "../../support/requires";

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

describe("Terraform killed while Azure makes the cluster", requires("azurerm provider"), () => {
  it("loses it from the state; adopt takes it back, the next apply converges, and nothing is left to plan", async () => {
    const { azure, run, sandbox, stack, stop } = await stage((stack) =>
      cluster(stack, { via: "loadBalancer", address: "own" }),
    );
    try {
      azure.onRequest = (method, path) => {
        if (method === "PUT" && path.endsWith("/managedClusters/aks")) Terraform.killAll();
      };
      expect((await run.tryApply()).errors.join()).toContain("SIGKILL");
      azure.onRequest = () => {};
      // On a busy machine the provider's end takes a moment.
      await expect.poll(() => processesIn(sandbox.folder)).toEqual([]);

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
  });
});

describe("npm run rehearse, interrupted", requires("azurerm provider"), () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s ends with exit code 130, no process and no folder left",
    async (signal) => {
      const folder = copyProject();
      const temporary = mkdtempSync(join(tmpdir(), "mmrv-interrupted-"));
      const child = spawn(process.execPath, ["tools/cli/mmrv.mjs", "rehearse", "staging-infra"], {
        cwd: folder,
        stdio: "ignore",
        env: { ...process.env, TMPDIR: temporary },
      });
      const closed = once(child, "close");
      const isApplying = () =>
        readdirSync(temporary).some((name) => processesIn(join(temporary, name, "stacks")).length > 1);
      // A rehearsal that ends before it applies anything fails here, and not by a limit.
      await expect.poll(() => child.exitCode ?? isApplying(), { interval: 200 }).not.toBe(false);
      expect(child.exitCode).toBeNull();
      child.kill(signal);
      const [code] = await closed;
      expect(code).toBe(130);
      expect(processesIn(temporary)).toEqual([]);
      // Node keeps what it compiled there.
      expect(readdirSync(temporary).filter((name) => name.startsWith("mmrv-"))).toEqual([]);
      for (const made of [temporary, folder]) rmSync(made, { recursive: true });
    },
  );
});
