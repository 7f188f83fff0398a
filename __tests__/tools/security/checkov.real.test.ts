import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { synthesize } from "../../../tools/program/stacks";
import { inVariant, type StackVariant, synthesizeVariants, VARIANTS } from "../../../tools/program/variants";
import { runCheckov, type Scan, scan } from "../../../tools/security/checkov";
import { describeUnexplained, describeUnneeded, evaluate } from "../../../tools/security/evaluate";
import { ENVIRONMENTS } from "../../support/fixtures/environments/all";
import { staging } from "../../support/fixtures/environments/staging";
import { alone } from "../../support/provider-stack";
import { requires } from "../../support/requires";

describe("shapes", () => {
  it.each(VARIANTS)("%s is one that every environment can have", (shape) => {
    expect(ENVIRONMENTS.filter((environment) => !inVariant(environment, shape)).map(({ name }) => name)).toEqual([]);
  });
});

describe("checkov", requires("checkov"), () => {
  let shaped: StackVariant[] = [];
  let scans: Scan[] = [];
  beforeAll(async () => {
    shaped = await synthesizeVariants();
    scans = await scan("checkov", shaped);
  });

  // It has no rule for roles, trust and alerts, which house rules judge, and for releases, whose charts have their own tests.
  it("passes something in every stack that has anything it knows", () => {
    expect(scans.length).toBeGreaterThan(new Set(scans.map(({ stack }) => stack)).size);
    const known = shaped
      .filter(({ json }) =>
        ["aws_iam_role", "azurerm_kubernetes_cluster", "azurerm_storage_account"].some((type) => json.resource?.[type]),
      )
      .map(({ stack }) => stack);
    expect(new Set(known).size).toBe(1 + 2 * ENVIRONMENTS.length);
    expect(scans.filter(({ passed, stack }) => passed === 0 && known.includes(stack))).toEqual([]);
  });

  it("finds nothing that environments/suppressions.ts does not explain", () => {
    expect(evaluate(scans).unexplained.map(describeUnexplained)).toEqual([]);
  });

  it("still finds everything that is suppressed", () => {
    expect(evaluate(scans).unneeded.map(describeUnneeded)).toEqual([]);
  });

  it("needs at most six suppressions for production as it is configured", () => {
    const production = scans.find(({ stack, shape }) => stack === "production-infra" && shape === "configured");
    if (!production) throw new Error("no production-infra");
    const checks = new Set(production.failed.map(({ check }) => check));
    expect(checks.size, [...checks].join(", ")).toBeLessThanOrEqual(6);
  });

  it("finds what is wrong, at its address, in the stack that has it", async () => {
    const [first, second] = shaped.filter(({ json }) => json.resource?.["azurerm_container_registry"]);
    if (!first || !second) throw new Error("no two stacks with a registry");
    const resource = first.json.resource ?? {};
    const worse = {
      ...first,
      stack: "worse",
      json: {
        ...first.json,
        resource: {
          ...resource,
          azurerm_container_registry: {
            registry: { ...(resource["azurerm_container_registry"]?.["registry"] as object), admin_enabled: true },
          },
        },
      },
    };
    const found = (await scan("checkov", [worse, second])).flatMap(({ failed }) =>
      failed.filter(({ check }) => check === "CKV_AZURE_137"),
    );
    expect(found).toMatchObject([{ stack: "worse", address: "azurerm_container_registry.registry" }]);
  });
});

describe("a stack that forgets its release", requires("checkov"), () => {
  const outdir = mkdtempSync(join(tmpdir(), "mmrv-checkov-handover-"));
  afterAll(() => rmSync(outdir, { recursive: true }));

  it("is judged in handover and in flux, whatever else is in it", async () => {
    const stacks = (["handover", "flux"] as const).flatMap((shape) => {
      const gitOps = { via: "deployKey", delivery: { platform: shape, backend: shape } } as const;
      return synthesize({ outdir, environments: [{ ...alone(staging), gitOps }] })
        .filter(({ id }) => ["staging-platform", "staging-backend"].includes(id))
        .map(({ id: stack, json }): StackVariant => ({ stack, shape, json }));
    });
    expect(stacks.map(({ json }) => "removed" in json)).toEqual([true, true, true, true]);
    const open = { azurerm_container_registry: { registry: { name: "cr", sku: "Standard", admin_enabled: true } } };
    const worse = stacks.map(({ json, ...stack }) => ({
      ...stack,
      json: { ...json, resource: { ...json.resource, ...open } },
    }));
    const [good, bad] = [await scan("checkov", stacks), await scan("checkov", worse)];
    expect(good.flatMap(({ failed }) => failed)).toEqual([]);
    expect(bad.map(({ failed }) => failed.some(({ check }) => check === "CKV_AZURE_137"))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});

/** What phase 5 writes when Terraform hands something over. */
const REMOVED = [{ from: "helm_release.backend", lifecycle: [{ destroy: false }] }];

describe("a file that checkov cannot read", requires("checkov"), () => {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-checkov-test-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const json = {
    resource: { azurerm_container_registry: { registry: { name: "cr", sku: "Standard", admin_enabled: true } } },
  };
  const stack = (more: object): StackVariant => ({ stack: "test", shape: "configured", json: { ...json, ...more } });

  it("is no pass, though a removed block makes checkov find nothing in it", async () => {
    const file = join(folder, "cdk.tf.json");
    writeFileSync(file, JSON.stringify(json));
    expect((await runCheckov("checkov", folder)).failed_checks).not.toEqual([]);
    writeFileSync(file, JSON.stringify({ ...json, removed: REMOVED }));
    await expect(runCheckov("checkov", folder)).rejects.toThrow(
      /^checkov could not read .*cdk\.tf\.json, which is no pass/,
    );
  });

  it("is judged without what no check reads", async () => {
    const [plain, handingOver] = await scan("checkov", [
      stack({}),
      stack({ removed: REMOVED, terraform: { required_version: "~> 1.11" } }),
    ]);
    expect(plain?.failed.map(({ check }) => check)).toContain("CKV_AZURE_137");
    expect(handingOver).toEqual(plain);
  });

  it("stops the evaluation when it is anything else", async () => {
    await expect(scan("checkov", [stack({}), stack({ unheardOf: { it: "text" } })])).rejects.toThrow(
      /^checkov could not read .*1\/cdk\.tf\.json, which is no pass/,
    );
  });

  it("is noticed when there is none at all", async () => {
    const empty = mkdtempSync(join(folder, "empty-"));
    await expect(runCheckov("checkov", empty)).rejects.toThrow("checkov gave no report");
    await expect(runCheckov(join(empty, "nowhere"), empty)).rejects.toThrow(/is not on the PATH/);
  });
});
