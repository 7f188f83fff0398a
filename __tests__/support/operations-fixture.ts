import type { TerraformStack } from "cdktf";
import { ActionGroup } from "../../constructs/observability/action-group";
import { ALERT_GROUPS } from "../../constructs/observability/cluster-alerts";
import { ClusterMetrics } from "../../constructs/observability/cluster-metrics";
import { LogAlerts, type LogAlertsProps } from "../../constructs/observability/log-alerts";
import { LogWorkspace } from "../../constructs/observability/log-workspace";
import { OperationsWorkbook } from "../../constructs/observability/operations-workbook";
import { PrometheusRules, type PrometheusRulesProps } from "../../constructs/observability/prometheus-rules";
import { RECORDING_GROUPS } from "../../constructs/observability/recordings";
import { PublicAddress } from "../../constructs/public-address";
import { ground } from "./provider-stack";
import { type Block, synthStack } from "./synth";

export const RUNBOOKS = "https://docs.example/runbooks";
export const CLUSTER_ID = "${azurerm_public_ip.cluster.id}";
export const WORKSPACE_ID = "${azurerm_log_analytics_workspace.logs.id}";
export const ACTION_GROUP_ID = "${azurerm_monitor_action_group.alerts.id}";

export const GROUP = { name: "rg-test", location: "eastus2" };
/** Managed Prometheus of something with an id. */
export const metricsOf = (stack: TerraformStack) =>
  new ClusterMetrics(stack, "metrics", {
    // Anything with an id can be associated with a rule.
    cluster: {
      id: new PublicAddress(stack, "cluster", { name: "aks", resourceGroup: ground(stack), zones: [] }).id,
      name: "aks",
    },
    endpointName: "dce",
    name: "amw",
    resourceGroup: GROUP,
    ruleName: "dcr-metrics",
  });
/** Who is told. */
export const actionGroupOf = (stack: TerraformStack) =>
  new ActionGroup(stack, "alerts", { name: "ag", shortName: "ag", resourceGroup: GROUP, emails: ["a@b.invalid"] });
/** A workspace with its provider. */
export const workspaceOf = (stack: TerraformStack) => {
  ground(stack);
  return new LogWorkspace(stack, "logs", { name: "log", resourceGroup: GROUP, retentionDays: 90 });
};

/** The rules that ship, or others. */
export const prometheusRules = (more: Partial<PrometheusRulesProps> = {}) =>
  synthStack((stack) => {
    const metrics = metricsOf(stack);
    new PrometheusRules(stack, "rules", {
      actionGroupId: actionGroupOf(stack).id,
      alerts: ALERT_GROUPS,
      cluster: { id: CLUSTER_ID, name: "aks" },
      metricsId: metrics.workspaceId,
      recordings: RECORDING_GROUPS,
      resourceGroup: GROUP,
      runbooks: RUNBOOKS,
      ...more,
    });
  });
/** The alerts that ship, as Terraform gets them. */
export const logAlerts = (more: Partial<LogAlertsProps> = {}): Block[] =>
  synthStack((stack) => {
    const workspace = workspaceOf(stack);
    new LogAlerts(stack, "log-alerts", {
      actionGroup: actionGroupOf(stack),
      resourceGroup: GROUP,
      runbooks: RUNBOOKS,
      warnAtGbPerDay: 4,
      workspace,
      ...more,
    });
  }).all("azurerm_monitor_scheduled_query_rules_alert_v2");
/** A workbook of that title. */
export const workbookOf = (title: string): Block =>
  synthStack((stack) => {
    const workspace = workspaceOf(stack);
    new OperationsWorkbook(stack, "workbook", { resourceGroup: GROUP, runbooks: RUNBOOKS, title, workspace });
  }).one("azurerm_application_insights_workbook");

/** What is open when the text ends, or closes something else; quoted text counts as one. */
export function unbalanced(text: string): string {
  const closes: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
  const open: string[] = [];
  for (const [token] of text.replace(/"[^"]*"/g, "").matchAll(/["()[\]{}]/g)) {
    if (token in closes) {
      if (open.pop() !== closes[token]) return `${token} in ${text}`;
    } else open.push(token);
  }
  return open.length > 0 ? `${open.join("")} in ${text}` : "";
}
