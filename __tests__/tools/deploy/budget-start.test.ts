import { describe, expect, it } from "vitest";
import type { UserError } from "../../../model/user-error";
import { refuseStaleBudget } from "../../../tools/deploy/budget-start";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { staging } from "../../support/fixtures/environments/staging";

const ADDRESS = "azurerm_consumption_budget_subscription.budget";
const WITH_BUDGET = { resource: { azurerm_consumption_budget_subscription: { budget: {} } } };
const done = { exitCode: 0, stdout: "", stderr: "" };

/** A state with a budget that began on a day, or without one. */
const state = (startDate?: string) => ({
  init: async () => done,
  stateList: async () => (startDate === undefined ? ["azurerm_resource_group.it"] : [ADDRESS]),
  text: async (args: readonly string[]) => {
    expect(args).toEqual(["state", "show", "-no-color", ADDRESS]);
    return {
      ...done,
      stdout: `time_period {\n  end_date   = "2036-12-01T00:00:00Z"\n  start_date = "${startDate}T00:00:00Z"\n}`,
    };
  },
});
const unread = (): never => {
  throw new Error("the state is not asked");
};

/** What is said of staging on a day; nothing when all is well. */
async function told(startDate: string, on: string, of: () => ReturnType<typeof state> = unread): Promise<string> {
  const settings = { ...staging, budget: { ...staging.budget, startDate } };
  const refused = refuseStaleBudget({ id: "staging-infra", json: WITH_BUDGET, settings }, on, of);
  return refused.then(
    () => "",
    (error: UserError) => error.message,
  );
}
const sentence = (got: string, from: string, to: string, next: string) =>
  `staging-infra: staging.budget.startDate: got "${got}", must be from ${from} to ${to} (Azure makes no budget that begins before this month, or more than twelve months ahead); nothing was touched\n  next: ${next}, in environments/staging.ts`;

describe("a budget that does not exist yet", () => {
  it.each([
    ["this month", "2026-12-01", "2026-12-31"],
    ["next month", "2026-12-01", "2026-11-30"],
    ["in twelve months", "2027-12-01", "2026-12-01"],
    ["in twelve months, over the turn of a year", "2028-01-01", "2027-01-31"],
  ])("may begin %s, and the state is not asked", async (_, startDate, on) => {
    expect(await told(startDate, on)).toBe("");
  });

  it.each([
    ["in the month before", "2026-12-01", "2027-01-01", "2027-01-01", "2028-01-01"],
    ["years ago", "2019-02-01", "2026-11-30", "2026-11-01", "2027-11-01"],
    ["in thirteen months", "2028-01-01", "2026-12-31", "2026-12-01", "2027-12-01"],
    ["in 2029", "2029-01-01", "2026-12-01", "2026-12-01", "2027-12-01"],
  ])("does not begin %s", async (_, startDate, on, from, to) => {
    expect(await told(startDate, on, () => state())).toBe(sentence(startDate, from, to, `write ${from}`));
  });
});

describe("a budget that exists", () => {
  it("keeps its date, however old", async () => {
    expect(await told("2026-12-01", "2031-05-05", () => state("2026-12-01"))).toBe("");
  });

  it("is left to Terraform when the state does not say its date", async () => {
    const silent = { ...state("2026-12-01"), text: async () => done };
    expect(await told("2026-12-01", "2031-05-05", () => silent)).toBe("");
  });

  it("is not made anew with a date that Azure refuses", async () => {
    expect(await told("2026-11-01", "2027-03-03", () => state("2026-12-01"))).toBe(
      sentence("2026-11-01", "2027-03-01", "2028-03-01", "put 2026-12-01 back, with which the budget was made"),
    );
  });
});

it("a state that cannot be read is not taken for an empty one", async () => {
  const broken = { ...state(), init: async () => ({ exitCode: 1, stdout: "", stderr: "Error: no login" }) };
  expect(await told("2026-12-01", "2027-01-01", () => broken)).toMatch(
    /^staging-infra: .*its state cannot be read; nothing was touched/,
  );
});

it("the bootstrap's is named with its own file, and a stack without a budget has none", async () => {
  const stack = { id: "bootstrap", json: WITH_BUDGET, settings: bootstrap };
  await expect(refuseStaleBudget(stack, "2027-01-01", () => state())).rejects.toThrow(
    /^bootstrap: bootstrap\.budget\.startDate: [^\n]*\n {2}next: write 2027-01-01, in environments\/bootstrap\.ts$/,
  );
  await expect(refuseStaleBudget({ ...stack, json: {} }, "2027-01-01", unread)).resolves.toBeUndefined();
});
