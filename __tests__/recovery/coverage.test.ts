import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenPromises, type SynthesizedParts, uncovered } from "../../model/recovery/coverage";
import { PLAN } from "../../recovery/plan";
import { firewallFor } from "../../tools/program/egress";
import { helmValuesWithImages } from "../../tools/rehearsal/images";
import { cutoverAt } from "../support/cutover";
import { ENVIRONMENTS, STANDBYS } from "../support/fixtures/environments/all";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { type Synthesized, synthCutover, synthProgram } from "../support/synth";

const partsOf = (stacks: Readonly<Record<string, Synthesized>>): SynthesizedParts[] =>
  Object.entries(stacks).map(([name, { json }]) => ({ name, json }));

const gitOps = { via: "deployKey", delivery: {} } as const;
const folder = mkdtempSync(join(tmpdir(), "mmrv-recovery-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every kind of stack, and every kind of thing in one: as configured; released, with Flux and a firewall; with users on the way. */
let stacks: readonly SynthesizedParts[] = [];
beforeAll(async () => {
  const behindFirewall = firewallFor(production, { tier: "Standard", routing: "active" });
  stacks = [
    ...partsOf(synthProgram()),
    ...partsOf(
      synthProgram({
        helmValues: await helmValuesWithImages(folder, ENVIRONMENTS, 1),
        environments: [
          { ...staging, gitOps },
          { ...production, gitOps, egress: behindFirewall },
        ],
      }),
    ),
    { name: "staging-cutover", json: synthCutover(staging, cutoverAt(staging, { backend: "canary" })).json },
  ];
});

/** What is deployed, and more. */
const deployed = (more: readonly SynthesizedParts[] = []) => ({
  bootstrap,
  environments: [...ENVIRONMENTS, ...STANDBYS],
  stacks: [...stacks, ...more],
});

describe("the plan of recovery", () => {
  it("has a row for everything that holds something", () => {
    expect(uncovered(PLAN, deployed())).toEqual([]);
  });

  it("promises no setting that the stacks do not have, and covers nothing that is not there", () => {
    expect(brokenPromises(PLAN, deployed())).toEqual([]);
  });

  it("has each row once, with a page and a way back", () => {
    const ids = PLAN.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(PLAN.filter(({ restore }) => restore.commands.length === 0)).toEqual([]);
  });

  it.each(PLAN.filter(({ covers }) => covers.length > 0).map(({ id }) => id))(
    "is not whole without the row %s",
    (id) => {
      const without = PLAN.filter((row) => row.id !== id);
      const foreign = PLAN.find((row) => row.id === id)?.covers.every(({ of }) => of === "foreign");
      const faults = uncovered(without, deployed());
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.every((fault) => fault.includes(foreign ? "looks up" : "no row in recovery/"))).toBe(true);
    },
  );

  it.each([
    ["staging-infra", "azurerm_storage_account", "uploads"],
    ["staging-backend", "azurerm_storage_account", "audit-archive"],
    ["production-infra", "azurerm_key_vault", "spare"],
    ["production-infra", "azurerm_managed_disk", "scratch"],
    ["production-infra", "azurerm_postgresql_flexible_server", "database"],
    ["production-platform", "kubernetes_persistent_volume_claim_v1", "files"],
    ["staging-aws-access", "aws_s3_bucket", "files"],
    ["staging-infra", "azurerm_type_of_tomorrow", "it"],
  ])("is not whole when %s gets an %s", (stack, type, name) => {
    const more = [{ name: stack, json: { resource: { [type]: { [name]: {} } } } }];
    expect(uncovered(PLAN, deployed(more))).toEqual([
      `${stack}: ${type}.${name} has no row in recovery/: say there how it comes back, or say in model/recovery/stateless.ts why its type holds nothing`,
    ]);
  });

  it("is not whole when a stack looks up what nobody knows, or a new kind of stack has a state", () => {
    const more = [{ name: "staging-queues", json: { data: { azurerm_servicebus_queue: { jobs: {} } } } }];
    expect(uncovered(PLAN, deployed(more))).toEqual([
      "staging-queues: looks up azurerm_servicebus_queue, which has no row in recovery/: say there who brings it back, or list it in model/recovery/stateless.ts",
      "staging-queues: its state has no row in recovery/",
    ]);
  });

  it("tells an environment from another whose name it begins with", () => {
    const environments = [...ENVIRONMENTS, { ...staging, name: "staging-eu" }];
    const more = [{ name: "staging-eu-infra", json: { resource: { azurerm_container_registry: { registry: {} } } } }];
    expect(uncovered(PLAN, { ...deployed(more), environments })).toEqual([]);
  });

  it("says so when a protection is off that it promises", () => {
    const [vault, body] = Object.entries(synthProgram()["production-infra"]?.json.resource.azurerm_key_vault)[0] ?? [];
    const json = {
      resource: { azurerm_key_vault: { [String(vault)]: { ...Object(body), purge_protection_enabled: false } } },
    };
    expect(brokenPromises(PLAN, deployed([{ name: "production-infra", json }]))).toEqual([
      `row vaults: production-infra: azurerm_key_vault.${vault}: purge_protection_enabled is false, and must be true`,
    ]);
  });

  it("says so when it promises a setting of nothing, or covers nothing", () => {
    const [row] = PLAN.filter(({ id }) => id === "audit-archive");
    const others = stacks.filter(({ name }) => !["production-infra", "standby-cluster"].includes(name));
    expect(brokenPromises(row ? [row] : [], { ...deployed(), stacks: others })).toEqual([
      'row audit-archive: covers {"of":"resource","stack":"infra","type":"azurerm_storage_account","name":"audit-archive"}, and there is no such thing',
      'row audit-archive: covers {"of":"resource","stack":"infra","type":"azurerm_storage_container","name":"audit-archive_*"}, and there is no such thing',
      ...(row?.protection.settings ?? []).map(
        ({ name, path, type }) => `row audit-archive: promises ${path} of ${type}.${name}, and no infra has it`,
      ),
    ]);
  });
});
