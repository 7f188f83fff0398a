import { describe, expect, it } from "vitest";
import { covers, decisionsIn, except, exceptionSchema, matches } from "../../../model/exception";
import { synthesizeShapes } from "../../../tools/program/variants";
import { judge } from "../../../tools/security/judge";
import { resourceGraph } from "../../../tools/terraform/stack-json";
import { exceptions } from "../../support/fixtures/environments/exceptions";

const exception = {
  check: "CKV_AZURE_117",
  stack: "staging-infra",
  address: "azurerm_kubernetes_cluster.cluster",
  reason: "Disks are ephemeral and hold nothing of MMRV.",
  expires: "2027-11-22",
};
const finding = { check: "CKV_AZURE_117", stack: "staging-infra", address: exception.address, wants: "an own key" };
const scanOf = (...failed: (typeof finding)[]) => ({ stack: "staging-infra", shape: "configured", passed: 1, failed });

describe("an exception", () => {
  it.each([
    ["for a check that is none", { check: "117" }],
    ["for an address that is none", { address: "cluster" }],
    ["without a reason", { reason: "skip" }],
    ["with half a sentence", { reason: "the disks hold nothing that would be worth an own key" }],
    ["without an end", { expires: "never" }],
    ["that outlives the review by more than a year", { expires: "2027-11-23" }],
  ])("is malformed %s", (_, change) => {
    const schema = exceptionSchema("2026-11-22");
    expect(schema.safeParse(exception).success).toBe(true);
    expect(schema.safeParse({ ...exception, ...change }).success).toBe(false);
  });

  it.each([
    ["another check", { check: "CKV_AZURE_116" }],
    ["another stack", { stack: "production-infra" }],
    ["another address", { address: "azurerm_kubernetes_cluster.other" }],
  ])("does not cover %s", (_, change) => {
    expect(judge([scanOf(finding)], [exception])).toEqual({ unexplained: [], unneeded: [] });
    const other = { ...finding, ...change };
    expect(judge([scanOf(other)], [exception])).toEqual({
      unexplained: [{ ...other, shapes: ["configured"] }],
      unneeded: [exception],
    });
  });

  it("is needed when any shape needs it", () => {
    expect(judge([scanOf(), { ...scanOf(finding), shape: "NAT gateway" }], [exception]).unneeded).toEqual([]);
  });

  it("that is missing is reported once, with the shapes", () => {
    const { unexplained } = judge([scanOf(finding), { ...scanOf(finding), shape: "NAT gateway" }], []);
    expect(unexplained).toEqual([{ ...finding, shapes: ["configured", "NAT gateway"] }]);
  });
});

describe("the list of exceptions of the fixtures", () => {
  it("names what some stack has in some shape", async () => {
    const there = (await synthesizeShapes()).flatMap(({ stack, json }) =>
      [...resourceGraph(json).keys()].map((address) => ({ stack, address })),
    );
    const isThere = (exception: (typeof exceptions)[number]) =>
      there.some((one) => covers(exception, { ...one, check: exception.check }));
    expect(exceptions.filter((one) => !isThere(one))).toEqual([]);
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
      except("CKV_AZURE_117", { reason, expires: "2027-11-22", in: stacks, at: ["a.b", "a.c"] });
    expect(decisionsIn([...of("one", ["x", "y"]), ...of("two", ["x"])])).toBe(2);
  });
});
