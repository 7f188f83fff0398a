import { describe, expect, it } from "vitest";
import { ALERT_GROUPS } from "../../../constructs/observability/cluster-alerts";
import { LOG_ALERTS } from "../../../constructs/observability/log-alerts";
import { Operations, type OperationsProps } from "../../../constructs/observability/operations";
import { RECORDING_GROUPS } from "../../../constructs/observability/recordings";
import {
  ACTION_GROUP_ID,
  actionGroupOf,
  GROUP,
  RUNBOOKS,
  WORKSPACE_ID,
  workspaceOf,
} from "../../support/operations-fixture";
import { type Block, synthStack } from "../../support/synth";

const CLUSTER_ID = "/subscriptions/s/resourceGroups/rg-test/providers/Microsoft.ContainerService/managedClusters/aks";
const operations = (more: Partial<OperationsProps> = {}) =>
  synthStack((stack) => {
    const workspace = workspaceOf(stack);
    new Operations(stack, "operations", {
      actionGroup: actionGroupOf(stack),
      cluster: { id: CLUSTER_ID, name: "aks" },
      resourceGroup: GROUP,
      retentionDays: 90,
      runbooks: RUNBOOKS,
      title: "Operations of test",
      warnAtGbPerDay: 4,
      workspace,
      ...more,
    });
  });
const PROMETHEUS = { endpointName: "dce", name: "amw", ruleName: "dcr-metrics" };

describe("Operations", () => {
  it("has the alerts on logs, the tables that they read, and the workbook, all of one workspace", () => {
    const { all, one } = operations();
    const alerts = all("azurerm_monitor_scheduled_query_rules_alert_v2");
    expect(alerts).toHaveLength(LOG_ALERTS.length + 1);
    for (const { action, scopes } of alerts)
      expect([action.action_groups, scopes]).toEqual([[ACTION_GROUP_ID], [WORKSPACE_ID]]);
    const tables = all("azurerm_log_analytics_workspace_table");
    expect(tables).toHaveLength(3);
    for (const { workspace_id } of tables) expect(workspace_id).toBe(WORKSPACE_ID);
    expect(tables[0].retention_in_days).toBe(90);
    expect(one("azurerm_application_insights_workbook").display_name).toBe("Operations of test");
  });

  it("warns at the volume that is named, and of the cap where there is one", () => {
    const names = (more: Partial<OperationsProps>) =>
      operations(more)
        .all("azurerm_monitor_scheduled_query_rules_alert_v2")
        .map(({ name }: Block) => name);
    expect(names({ dailyCapGb: 5 })).toContain("log-daily-cap-reached");
    expect(names({})).not.toContain("log-daily-cap-reached");
    expect(JSON.stringify(operations({ warnAtGbPerDay: 3 }).json)).toContain("where GB > 3");
  });

  it("makes nothing of Prometheus when it is off", () => {
    const { json } = operations();
    expect(Object.keys(json.resource).filter((type) => /monitor_(workspace|data|alert_prometheus)/.test(type))).toEqual(
      [],
    );
  });

  it("has every rule of Prometheus when it is on, on the cluster's own metrics", () => {
    const { all, one } = operations({ prometheus: PROMETHEUS });
    expect(one("azurerm_monitor_workspace").name).toBe("amw");
    const groups = all("azurerm_monitor_alert_prometheus_rule_group");
    const expected = [...Object.values(ALERT_GROUPS), ...Object.values(RECORDING_GROUPS)];
    expect(groups).toHaveLength(expected.length);
    expect(groups.flatMap(({ rule }) => rule)).toHaveLength(expected.flat().length);
    for (const { scopes } of groups)
      expect(scopes).toEqual([
        expect.stringMatching(/^\$\{azurerm_monitor_workspace\.operations_metrics_\w+\.id\}$/),
        CLUSTER_ID,
      ]);
    const actions = groups.flatMap(({ rule }) => rule).flatMap(({ action = [] }: Block) => action);
    expect(new Set(actions.map(({ action_group_id }: Block) => action_group_id))).toEqual(new Set([ACTION_GROUP_ID]));
  });
});
