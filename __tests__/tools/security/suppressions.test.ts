import { describe, expect, it } from "vitest";
import { covers, decisionsIn, matches, suppress, suppressionSchema } from "../../../model/suppression";
import { synthesizeVariants } from "../../../tools/program/variants";
import { evaluate } from "../../../tools/security/evaluate";
import { resourceGraph } from "../../../tools/terraform/stack-json";
import { suppressions } from "../../support/fixtures/environments/suppressions";

const suppression = {
  check: "CKV_AZURE_117",
  stack: "staging-infra",
  address: "azurerm_kubernetes_cluster.cluster",
  reason: "Disks are ephemeral and hold nothing of MMRV.",
  expires: "2027-11-22",
};
const finding = { check: "CKV_AZURE_117", stack: "staging-infra", address: suppression.address, wants: "an own key" };
const scanOf = (...failed: (typeof finding)[]) => ({ stack: "staging-infra", shape: "configured", passed: 1, failed });

describe("a suppression", () => {
  it.each([
    ["for a check that is none", { check: "117" }],
    ["for an address that is none", { address: "cluster" }],
    ["without a reason", { reason: "skip" }],
    ["with half a sentence", { reason: "the disks hold nothing that would be worth an own key" }],
    ["without an end", { expires: "never" }],
    ["that outlives the review by more than a year", { expires: "2027-11-23" }],
  ])("is malformed %s", (_, change) => {
    const schema = suppressionSchema("2026-11-22");
    expect(schema.safeParse(suppression).success).toBe(true);
    expect(schema.safeParse({ ...suppression, ...change }).success).toBe(false);
  });

  it.each([
    ["another check", { check: "CKV_AZURE_116" }],
    ["another stack", { stack: "production-infra" }],
    ["another address", { address: "azurerm_kubernetes_cluster.other" }],
  ])("does not cover %s", (_, change) => {
    expect(evaluate([scanOf(finding)], [suppression])).toEqual({ unexplained: [], unneeded: [] });
    const other = { ...finding, ...change };
    expect(evaluate([scanOf(other)], [suppression])).toEqual({
      unexplained: [{ ...other, shapes: ["configured"] }],
      unneeded: [suppression],
    });
  });

  it("is needed when any shape needs it", () => {
    expect(evaluate([scanOf(), { ...scanOf(finding), shape: "NAT gateway" }], [suppression]).unneeded).toEqual([]);
  });

  it("that is missing is reported once, with the shapes", () => {
    const { unexplained } = evaluate([scanOf(finding), { ...scanOf(finding), shape: "NAT gateway" }], []);
    expect(unexplained).toEqual([{ ...finding, shapes: ["configured", "NAT gateway"] }]);
  });
});

describe("the list of suppressions of the fixtures", () => {
  it("names what some stack has in some shape", async () => {
    const there = (await synthesizeVariants()).flatMap(({ stack, json }) =>
      [...resourceGraph(json).keys()].map((address) => ({ stack, address })),
    );
    const isThere = (suppression: (typeof suppressions)[number]) =>
      there.some((one) => covers(suppression, { ...one, check: suppression.check }));
    expect(suppressions.filter((one) => !isThere(one))).toEqual([]);
  });
});

describe("a pattern", () => {
  it.each([
    ["*-infra", "staging-infra", true],
    ["*-infra", "production-infra", true],
    ["*-infra", "staging-infra-2", false],
    ["*-infra", "bootstrap", false],
    ["azurerm_storage_container.states_container-*", "azurerm_storage_container.states_container-quality_F00", true],
    ["azurerm_storage_container.states_container-*", "azurerm_storage_account.states", false],
    ["azurerm_key_vault.it", "azurerm_key_vaultxit", false],
  ])("%s, seen beside %s: %s", (pattern, name, is) => {
    expect(matches(pattern, name)).toBe(is);
  });
});

describe("decisionsIn", () => {
  it("counts a check and its reason once, in however many stacks", () => {
    const of = (reason: string, stacks: string[]) =>
      suppress("CKV_AZURE_117", { reason, expires: "2027-11-22", in: stacks, at: ["a.b", "a.c"] });
    expect(decisionsIn([...of("one", ["x", "y"]), ...of("two", ["x"])])).toBe(2);
  });
});
