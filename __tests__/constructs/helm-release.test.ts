import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { HelmRelease, type HelmReleaseProps } from "../../constructs/helm-release";
import { everyProvider } from "../support/provider-stack";
import { type Block, synthStack } from "../support/synth";

const folder = mkdtempSync(join(tmpdir(), "mmrv-chart-"));
afterAll(() => rmSync(folder, { recursive: true }));

const releaseOf = (more: Partial<HelmReleaseProps> = {}): Block =>
  synthStack((stack) => {
    everyProvider(stack);
    new HelmRelease(stack, "release", {
      chart: { repository: "oci://registry.invalid/charts", name: "envoy", version: "1.9.0" },
      name: "gateway",
      namespace: "mmrv",
      timeoutSeconds: 600,
      values: ["a: 1", "a: 2"],
      ...more,
    });
  }).one("helm_release");

describe("HelmRelease", () => {
  it("is up or as it was before, and takes up what a killed run left behind", () => {
    expect(releaseOf()).toMatchObject({
      atomic: true,
      cleanup_on_fail: true,
      upgrade_install: true,
      wait: true,
      wait_for_jobs: true,
      timeout: 600,
    });
  });

  it("keeps enough revisions to roll back by hand, and renders in the plan what would be refused", () => {
    expect(releaseOf()).toMatchObject({ max_history: 10, lint: true });
  });

  it("pulls a chart of others by repository, name and version, with values in their order", () => {
    expect(releaseOf()).toMatchObject({
      name: "gateway",
      namespace: "mmrv",
      repository: "oci://registry.invalid/charts",
      chart: "envoy",
      version: "1.9.0",
      values: ["a: 1", "a: 2"],
    });
  });

  it("carries a chart of ours at a path that changes with its content, because Helm compares the path alone", () => {
    const chart = { folder };
    writeFileSync(join(folder, "template.yaml"), "one");
    const [first, again] = [releaseOf({ chart }), releaseOf({ chart })];
    expect(first.chart).toMatch(/^assets\/release_chart_\w+\/[0-9A-F]+\/?/);
    expect(again.chart).toBe(first.chart);
    expect(first).not.toHaveProperty("repository");
    expect(first).not.toHaveProperty("version");
    writeFileSync(join(folder, "template.yaml"), "two");
    expect(releaseOf({ chart }).chart).not.toBe(first.chart);
  });

  it("leaves definitions alone when told, and not otherwise", () => {
    expect(releaseOf({ skipCrds: true }).skip_crds).toBe(true);
    expect(releaseOf()).not.toHaveProperty("skip_crds");
  });

  it("comes after what its pods need", () => {
    const release = synthStack((stack) => {
      everyProvider(stack);
      const common = { namespace: "mmrv", timeoutSeconds: 60, values: [], chart: { folder } };
      const first = new HelmRelease(stack, "first", { ...common, name: "first" }).node.defaultChild;
      new HelmRelease(stack, "second", { ...common, name: "second", ready: [first as never] });
    }).json.resource.helm_release;
    expect(release.second.depends_on).toEqual(["helm_release.first"]);
    expect(release.first).not.toHaveProperty("depends_on");
  });
});
