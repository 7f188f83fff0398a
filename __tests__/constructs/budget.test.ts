import { describe, expect, it } from "vitest";
import { Budget } from "../../constructs/budget";
import { ActionGroup } from "../../constructs/observability/action-group";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("Budget", () => {
  it("warns at 80 % and 100 % of what was spent and at 100 % of the forecast, by mail and by the action group", () => {
    const { one } = synthStack((stack) => {
      const actionGroup = new ActionGroup(stack, "alerts", {
        name: "ag",
        shortName: "ag",
        resourceGroup: ground(stack),
        emails: ["a@b.invalid"],
      });
      new Budget(stack, "budget", {
        name: "b",
        actionGroup,
        contactEmails: ["c@d.invalid"],
        monthlyLimit: 100,
        resourceGroupNames: ["rg", "rg-nodes"],
        startDate: "2026-12-01",
        subscriptionId: "/subscriptions/s",
      });
    });
    const budget = one("azurerm_consumption_budget_subscription");
    expect(
      budget.notification.map(
        ({ threshold, threshold_type }: { threshold: number; threshold_type: string }) =>
          `${threshold} ${threshold_type}`,
      ),
    ).toEqual(["80 Actual", "100 Actual", "100 Forecasted"]);
    expect(budget).toMatchObject({
      time_period: { start_date: "2026-12-01T00:00:00Z" },
      filter: { dimension: [{ name: "ResourceGroupName", values: ["rg", "rg-nodes"] }] },
    });
    for (const notification of budget.notification) {
      expect(notification).toMatchObject({
        operator: "GreaterThanOrEqualTo",
        contact_emails: ["c@d.invalid"],
        contact_groups: ["${azurerm_monitor_action_group.alerts.id}"],
      });
    }
  });
});

describe("Budget of a whole subscription", () => {
  const budget = synthStack((stack) => {
    ground(stack);
    new Budget(stack, "budget", {
      name: "b",
      contactEmails: ["c@d.invalid"],
      monthlyLimit: 2500,
      startDate: "2026-12-01",
      subscriptionId: "/subscriptions/s",
    });
  }).one("azurerm_consumption_budget_subscription");

  it("counts everything: it has no filter", () => {
    expect(budget).toMatchObject({ amount: 2500, subscription_id: "/subscriptions/s", time_grain: "Monthly" });
    expect(budget).not.toHaveProperty("filter");
  });

  it("is told by mail alone, without an action group", () => {
    expect(budget.notification).toHaveLength(3);
    for (const notification of budget.notification) {
      expect(notification.contact_emails).toEqual(["c@d.invalid"]);
      expect(notification).not.toHaveProperty("contact_groups");
    }
  });
});
