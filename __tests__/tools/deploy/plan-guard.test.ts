import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { approvalSchema } from "../../../model/approval";
import { evaluate, planGuard } from "../../../tools/deploy/plan-guard";

const plan = (type: string, ...actions: string[]) => ({
  format_version: "1.2",
  planned_values: {},
  configuration: {},
  errored: false,
  resource_changes: [{ address: `${type}.it`, type, change: { actions } }],
});
const approval = {
  stack: "staging-infra",
  address: "azurerm_key_vault.it",
  from: "2026-12-01",
  until: "2026-12-03",
  reason: "moved to another region",
};

describe("judge", () => {
  it.each([
    ["a deletion", plan("azurerm_key_vault", "delete"), { action: "delete", address: "azurerm_key_vault.it" }],
    [
      "a replacement",
      plan("azurerm_kubernetes_cluster", "delete", "create"),
      { action: "replace", address: "azurerm_kubernetes_cluster.it" },
    ],
    [
      "a replacement that creates first",
      plan("azurerm_public_ip", "create", "delete"),
      { action: "replace", address: "azurerm_public_ip.it" },
    ],
    [
      "a farewell that nobody has written down",
      plan("azurerm_key_vault", "forget"),
      { action: "forget", address: "azurerm_key_vault.it" },
    ],
  ])("refuses %s of a protected resource", (_, given, loss) => {
    expect(evaluate(given, { stack: "staging-infra", on: "2026-12-02" }, []).refused).toEqual([loss]);
  });

  it("says until when and why a loss is approved", () => {
    const { approved } = evaluate(plan("azurerm_key_vault", "delete"), { stack: "staging-infra", on: "2026-12-02" }, [
      approval,
    ]);
    expect(approved).toEqual([
      { action: "delete", address: "azurerm_key_vault.it", until: "2026-12-03", reason: "moved to another region" },
    ]);
  });

  it.each([
    ["an update", plan("azurerm_key_vault", "update")],
    ["what Terraform forgets and nothing protects", plan("azurerm_role_assignment", "forget")],
    ["the deletion of something else", plan("azurerm_role_assignment", "delete")],
  ])("lets %s through", (_, given) => {
    expect(evaluate(given, { stack: "staging-infra", on: "2026-12-02" }, []).refused).toEqual([]);
  });

  it("takes the forgetting that is expected, and a deletion of the same address for none", () => {
    const occasion = { stack: "staging-backend", on: "2026-12-02" };
    const expected = ["helm_release.it"];
    expect(evaluate(plan("helm_release", "forget"), occasion, [], expected).refused).toEqual([]);
    expect(evaluate(plan("helm_release", "delete"), occasion, [], expected).refused).toEqual([
      { action: "delete", address: "helm_release.it" },
    ]);
    expect(evaluate(plan("helm_release", "forget"), occasion, [], ["helm_release.other"]).refused).toEqual([
      { action: "forget", address: "helm_release.it" },
    ]);
  });

  it.each([
    ["2026-11-30", 1],
    ["2026-12-01", 0],
    ["2026-12-03", 0],
    ["2026-12-04", 1],
  ])("heeds an approval on its days only: %s", (on, refused) => {
    expect(
      evaluate(plan("azurerm_key_vault", "delete"), { stack: "staging-infra", on }, [approval]).refused,
    ).toHaveLength(refused);
  });
});

describe("an approval", () => {
  it.each([
    ["another stack", { stack: "production-infra", on: "2026-12-02" }],
    ["no stack at all", { on: "2026-12-02" }],
  ])("does not count for %s", (_, occasion) => {
    expect(evaluate(plan("azurerm_key_vault", "delete"), occasion, [approval]).refused).toHaveLength(1);
  });

  it.each([
    ["without an end", { until: "whenever" }],
    ["that lasts for months", { until: "2027-06-01" }],
    ["that ends before it begins", { until: "2026-11-01" }],
  ])("is malformed %s", (_, change) => {
    expect(approvalSchema.safeParse(approval).success).toBe(true);
    expect(approvalSchema.safeParse({ ...approval, ...change }).success).toBe(false);
  });
});

describe("plan-guard", () => {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-plan-"));
  const file = join(folder, "plan.json");
  afterAll(() => rmSync(folder, { recursive: true }));

  const printed = { log: [] as string[], error: [] as string[] };
  beforeEach(() => {
    for (const stream of ["log", "error"] as const) {
      printed[stream] = [];
      vi.spyOn(console, stream).mockImplementation((line) => void printed[stream].push(line));
    }
  });
  afterEach(() => vi.restoreAllMocks());

  it("exits 1 and names what would be lost", async () => {
    writeFileSync(file, JSON.stringify(plan("azurerm_container_registry", "delete")));
    expect(await planGuard(file, { stack: "staging-infra", on: "2026-12-02" })).toBe(1);
    expect(printed).toEqual({
      log: [],
      error: [
        "delete azurerm_container_registry.it: must have an approval for staging-infra on 2026-12-02 in environments/approvals.ts (it loses data, addresses or trust)",
      ],
    });
  });

  it("says of what would be forgotten that it stays, and why that is refused", async () => {
    writeFileSync(file, JSON.stringify(plan("helm_release", "forget")));
    expect(await planGuard(file, { stack: "staging-backend", on: "2026-12-02" })).toBe(1);
    expect(printed).toEqual({
      log: [],
      error: [
        "forget helm_release.it: must have an approval for staging-backend on 2026-12-02 in environments/approvals.ts (it stays, and Terraform would know it no longer: neither a handover nor a cutover gives it up now)",
      ],
    });
  });

  it("says in one line that nothing is lost", async () => {
    writeFileSync(file, JSON.stringify(plan("azurerm_container_registry", "update")));
    expect(await planGuard(file, { on: "2026-12-02" })).toBe(0);
    expect(printed).toEqual({
      log: [`${file}: no protected resource is deleted, replaced or forgotten without approval`],
      error: [],
    });
  });

  it("tells a program in JSON, and nothing else on standard output", async () => {
    writeFileSync(file, JSON.stringify(plan("azurerm_key_vault", "delete", "create")));
    expect(await planGuard(file, { on: "2026-12-02", json: true })).toBe(1);
    expect(printed.error).toEqual([]);
    expect(printed.log.map((text) => JSON.parse(text))).toEqual([
      {
        plan: file,
        stack: null,
        on: "2026-12-02",
        refused: [{ action: "replace", address: "azurerm_key_vault.it" }],
        approved: [],
      },
    ]);
  });

  it("shows an address that would act on a terminal or a runner, and does not let it", async () => {
    const address = 'azurerm_key_vault.it["\u001b[2J\n::set-output name=x::y\r\u009b##[add-mask]z\u202e"]';
    const hostile = plan("azurerm_key_vault", "delete");
    writeFileSync(
      file,
      JSON.stringify({ ...hostile, resource_changes: [{ ...hostile.resource_changes[0], address }] }),
    );
    expect(await planGuard(file, { stack: "staging-infra", on: "2026-12-02" })).toBe(1);
    expect(printed.error).toEqual([
      'delete azurerm_key_vault.it["\\u001b[2J\\n::set-output name=x::y\\r\\u009b\\u0023#[add-mask]z\\u202e"]: must have an approval for staging-infra on 2026-12-02 in environments/approvals.ts (it loses data, addresses or trust)',
    ]);
    expect(await planGuard(file, { stack: "staging-infra", on: "2026-12-02", json: true })).toBe(1);
    const [text = ""] = printed.log;
    expect(JSON.parse(text).refused[0].address).toBe(address);
    expect(text).not.toMatch(/[^\x20-\x7e\n]|##\[|^\s*::/m);
  });

  it.each([
    ["not JSON", "nonsense"],
    ["not a plan", "{}"],
    ["a state, not a plan", JSON.stringify({ format_version: "1.0", values: {} })],
  ])("says how to make a plan when the file is %s", async (_, content) => {
    writeFileSync(file, content);
    await expect(planGuard(file, { stack: "staging-infra", on: "2026-12-02" })).rejects.toThrow(
      /is not a plan as JSON; make it with: terraform show -json PLAN/,
    );
  });

  it("says so when there is no file", async () => {
    await expect(planGuard("nowhere.json", { on: "2026-12-02" })).rejects.toThrow("nowhere.json: cannot be read");
  });

  it("refuses a plan that failed, because it is not whole", async () => {
    writeFileSync(file, JSON.stringify({ ...plan("azurerm_key_vault", "no-op"), errored: true }));
    await expect(planGuard(file, { on: "2026-12-02" })).rejects.toThrow("is a plan that failed");
  });

  it("refuses a day that is none", async () => {
    await expect(planGuard(file, { on: "banana" })).rejects.toThrow("--on banana: must be a day such as 2026-12-01");
  });
});
