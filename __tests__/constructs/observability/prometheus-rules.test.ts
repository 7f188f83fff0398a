import { describe, expect, it } from "vitest";
import { ALERT_GROUPS } from "../../../constructs/observability/cluster-alerts";
import type { PrometheusAlert } from "../../../constructs/observability/prometheus-rules";
import { ACTION_GROUP_ID, CLUSTER_ID, prometheusRules } from "../../support/operations-fixture";

describe("PrometheusRules", () => {
  const groups = prometheusRules().all("azurerm_monitor_alert_prometheus_rule_group");

  it("makes groups of 1 to 20 rules for this cluster only", () => {
    expect(groups.map(({ name }) => name)).toEqual([
      "KubernetesRecordingRulesRuleGroup-aks",
      "NodeRecordingRulesRuleGroup-aks",
      "UXRecordingRulesRuleGroup-aks",
      "alerts-api-server-aks",
      "alerts-certificate-aks",
      "alerts-node-aks",
      "alerts-pod-aks",
      "alerts-quota-aks",
    ]);
    for (const group of groups) {
      expect(group).toMatchObject({
        cluster_name: "aks",
        scopes: ["${azurerm_monitor_workspace.metrics.id}", CLUSTER_ID],
        rule_group_enabled: true,
      });
      expect(group.rule.length).toBeGreaterThanOrEqual(1);
      expect(group.rule.length).toBeLessThanOrEqual(20);
    }
  });

  it("gives a recording nothing that only an alert may have, and tells somebody of every alert", () => {
    for (const rule of groups.flatMap(({ rule }) => rule)) {
      if (rule.record) {
        for (const key of ["action", "annotations", "for", "severity", "alert_resolution"])
          expect(rule).not.toHaveProperty(key);
      } else {
        expect(rule.action).toEqual([{ action_group_id: ACTION_GROUP_ID }]);
        expect(rule.annotations.runbook_url).toMatch(/^https:\/\/docs\.example\/runbooks\/[a-z-]+\.md$/);
        expect(rule.for).toMatch(/^PT\d+[MH]$/);
      }
    }
  });

  it("refuses an empty group, a group over 20 and a name that is there twice, all at once", () => {
    const [some] = Object.values(ALERT_GROUPS).flat() as [PrometheusAlert];
    const many = Array.from({ length: 21 }, (_, index) => ({ ...some, name: `${some.name}${index}` }));
    expect(() => prometheusRules({ alerts: { none: [], many, twice: [some, some] } })).toThrow(
      [
        "rule group none: got 0 rules, must be 1 to 20 (Azure)",
        "rule group many: got 21 rules, must be 1 to 20 (Azure)",
        "alert NodeNotReady: must be a name that no other alert has",
      ].join("\n"),
    );
  });
});
