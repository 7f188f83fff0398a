import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { evidenceSchema } from "../../../model/recovery/evidence";
import { STATE_DRILL } from "../../../tools/drill/state";
import { staging } from "../../support/fixtures/environments/staging";
import { requires } from "../../support/requires";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-drill-test-"));
  vi.stubEnv("TMPDIR", folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("drill state", requires("azurerm provider"), () => {
  it("brings every resource of two lost states back by imports, and a plan then has no changes", async () => {
    const told: string[] = [];
    const walked = await STATE_DRILL.walk({ environment: staging, folder, tell: (line) => void told.push(line) });
    expect(walked.lost).toEqual([
      expect.stringMatching(/^the state of bootstrap, \d+ resources, and its backup$/),
      expect.stringMatching(/^the state of staging-infra, \d+ resources, and its backup$/),
    ]);
    expect(Object.keys(walked.counts)).toEqual(["resources in bootstrap", "resources in staging-infra"]);
    for (const { after, before } of Object.values(walked.counts)) expect([after, before > 50]).toEqual([before, true]);
    expect(walked.done.filter((line) => line.startsWith("changed in place"))).toEqual([
      "changed in place, as after every import: azurerm_kubernetes_cluster.cluster default_node_pool.temporary_name_for_rotation",
      expect.stringMatching(
        /^changed in place, as after every import: azurerm_kubernetes_cluster_node_pool\.\w+ temporary_name_for_rotation$/,
      ),
    ]);
    const named = { drill: "state", date: "2026-12-01", place: "here", environment: "staging", by: null, seconds: 1 };
    expect(evidenceSchema.safeParse({ ...named, ...walked }).error).toBeUndefined();
    expect(told).toContain(
      "staging-infra: nothing to make, delete or replace; 2 differences in place, which are applied",
    );
    // But for the program, whose folder goes with the drill.
    expect(readdirSync(folder)).toEqual(["program"]);
  });
});
