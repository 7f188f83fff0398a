import { Construct } from "constructs";
import type { ResourceGroup } from "../resource-group";
import type { Scope } from "../role-assignment";
import type { ActionGroup } from "./action-group";
import { ALERT_GROUPS } from "./cluster-alerts";
import { ClusterMetrics } from "./cluster-metrics";
import { LogAlerts } from "./log-alerts";
import { LogTables } from "./log-tables";
import type { LogWorkspace } from "./log-workspace";
import { OperationsWorkbook } from "./operations-workbook";
import { PrometheusRules } from "./prometheus-rules";
import { RECORDING_GROUPS } from "./recordings";

export interface OperationsProps {
  readonly actionGroup: ActionGroup;
  readonly cluster: Scope;
  /** GB a day at which ingestion stops. @default no cap */
  readonly dailyCapGb?: number;
  /** Managed Prometheus with its rules. @default alerts from logs alone */
  readonly prometheus?: { readonly endpointName: string; readonly name: string; readonly ruleName: string };
  readonly resourceGroup: ResourceGroup;
  readonly retentionDays: number;
  /** The base URL of the pages that alerts link to, without a trailing slash. */
  readonly runbooks: string;
  readonly title: string;
  /** GB a day above which an alert tells. */
  readonly warnAtGbPerDay: number;
  readonly workspace: LogWorkspace;
}

/** What answers at night: alerts that each lead to a page, the tables that they read, and a workbook to look around. */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { actionGroup, cluster, dailyCapGb, prometheus, resourceGroup, runbooks, title, workspace } = props;
    new LogTables(this, "tables", { workspace, retentionDays: props.retentionDays });
    new LogAlerts(this, "log-alerts", {
      workspace,
      resourceGroup,
      actionGroup,
      runbooks,
      warnAtGbPerDay: props.warnAtGbPerDay,
      dailyCapGb,
    });
    new OperationsWorkbook(this, "workbook", { title, workspace, resourceGroup, runbooks });
    if (!prometheus) return;
    const metrics = new ClusterMetrics(this, "metrics", { ...prometheus, cluster, resourceGroup });
    new PrometheusRules(this, "prometheus-rules", {
      alerts: ALERT_GROUPS,
      recordings: RECORDING_GROUPS,
      metricsId: metrics.workspaceId,
      cluster,
      resourceGroup,
      actionGroupId: actionGroup.id,
      runbooks,
    });
  }
}
