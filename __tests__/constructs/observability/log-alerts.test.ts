import { describe, expect, it } from "vitest";
import { LOG_TABLES } from "../../../constructs/observability/log-tables";
import { ACTION_GROUP_ID, logAlerts, unbalanced, WORKSPACE_ID } from "../../support/operations-fixture";
import type { Block } from "../../support/synth";

describe("LogAlerts", () => {
  const alerts = logAlerts({ dailyCapGb: 5 });

  it("tells somebody, with the runbook in the message and in its data", () => {
    for (const alert of alerts) {
      const [, runbook] = /Runbook: (\S+)$/.exec(alert.description) ?? [];
      expect(runbook).toMatch(/^https:\/\/docs\.example\/runbooks\/[a-z-]+\.md$/);
      expect(alert.action).toEqual({ action_groups: [ACTION_GROUP_ID], custom_properties: { runbook } });
      expect(alert.scopes).toEqual([WORKSPACE_ID]);
    }
  });

  it("looks back further than the time between two looks, because rows arrive late", () => {
    const minutes: Record<string, number> = { PT15M: 15, PT30M: 30, PT1H: 60, P1D: 24 * 60 };
    for (const { evaluation_frequency, window_duration } of alerts) {
      expect(minutes[evaluation_frequency]).toBeLessThan(minutes[window_duration] as number);
    }
  });

  it("resolves by itself or pauses its messages, as Azure takes only one of them", () => {
    for (const { auto_mitigation_enabled, mute_actions_after_alert_duration } of alerts) {
      expect(auto_mitigation_enabled).toBe(mute_actions_after_alert_duration === undefined);
    }
  });

  it("is not validated against tables that appear with their first row", () => {
    expect(alerts.filter(({ skip_query_validation }) => skip_query_validation !== true)).toEqual([]);
  });

  it("starts with a table that an alert can read", () => {
    const basic = LOG_TABLES.filter(({ plan }) => plan === "Basic").map(({ table }) => table);
    expect(basic).toContain("ContainerLogV2");
    for (const { criteria } of alerts) {
      const [table] = criteria[0].query.split("\n");
      expect(table).toMatch(/^_?[A-Z]\w+$/);
      expect(basic).not.toContain(table);
      expect(unbalanced(criteria[0].query)).toBe("");
    }
  });

  it("watches for the cap only where there is one", () => {
    const names = (of: Block[]) => of.map(({ name }) => name);
    expect(names(alerts)).toContain("log-daily-cap-reached");
    expect(names(logAlerts())).toEqual(names(alerts).filter((name) => name !== "log-daily-cap-reached"));
    expect(names(logAlerts())).toContain("log-volume-high");
  });

  it("refuses a warning that would come after the cap, or always", () => {
    expect(() => logAlerts({ dailyCapGb: 4, warnAtGbPerDay: 4 })).toThrow("less than the daily cap of 4 GB");
    expect(() => logAlerts({ warnAtGbPerDay: 0 })).toThrow("must be more than 0");
  });
});
