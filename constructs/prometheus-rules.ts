import {
  MonitorAlertPrometheusRuleGroup,
  type MonitorAlertPrometheusRuleGroupRule,
} from "@cdktf/provider-azurerm/lib/monitor-alert-prometheus-rule-group";
import { Construct } from "constructs";
import type { ActionGroup } from "./action-group";
import type { ClusterMetrics } from "./cluster-metrics";
import { ALERT_GROUPS, type PrometheusAlert, RECORDING_GROUPS, type Recording } from "./prometheus-rule-data";
import type { ResourceGroup } from "./resource-group";

export interface PrometheusRulesProps {
  readonly actionGroup: ActionGroup;
  /** Alerts by group. @default all of ALERT_GROUPS */
  readonly alerts?: Readonly<Record<string, readonly PrometheusAlert[]>>;
  readonly metrics: ClusterMetrics;
  readonly resourceGroup: ResourceGroup;
  /** Where docs/runbooks is read on the web, without a slash at the end. */
  readonly runbooks: string;
}

/** Azure's own words: "'Rules Count' must be between 1 and 20" (Azure/prometheus-collector#742). */
const RULES_PER_GROUP = 20;

/** What is precomputed from the metrics of a cluster, and who is told when. */
export class PrometheusRules extends Construct {
  constructor(scope: Construct, id: string, props: PrometheusRulesProps) {
    super(scope, id);
    const { actionGroup, alerts = ALERT_GROUPS, metrics, resourceGroup, runbooks } = props;
    const faults = [...ruleGroupFaults(RECORDING_GROUPS), ...ruleGroupFaults(alerts), ...nameFaults(alerts)];
    if (faults.length > 0) throw new Error(faults.join("\n"));

    const create = (group: string, name: string, rule: MonitorAlertPrometheusRuleGroupRule[]) => {
      new MonitorAlertPrometheusRuleGroup(this, group, {
        name,
        resourceGroupName: resourceGroup.name,
        location: resourceGroup.location,
        // Both: the workspace may hold other clusters, and the portal finds a cluster's rules by its id.
        scopes: [metrics.workspaceId, metrics.cluster.id],
        clusterName: metrics.cluster.name,
        interval: "PT1M",
        ruleGroupEnabled: true,
        rule,
      });
    };
    for (const [group, recordings] of Object.entries(RECORDING_GROUPS)) {
      // As Microsoft's templates call them, without the spaces of the third.
      create(group, `${group}-${metrics.cluster.name}`, recordings.map(recordingRule));
    }
    for (const [group, of] of Object.entries(alerts)) {
      create(
        group,
        `alerts-${group}-${metrics.cluster.name}`,
        of.map((alert) => alertRule(alert, actionGroup, runbooks)),
      );
    }
  }
}

const recordingRule = ({ expression, labels, record }: Recording): MonitorAlertPrometheusRuleGroupRule => ({
  enabled: true,
  record,
  expression,
  labels,
});

function alertRule(alert: PrometheusAlert, { id }: ActionGroup, runbooks: string): MonitorAlertPrometheusRuleGroupRule {
  return {
    enabled: true,
    alert: alert.name,
    severity: alert.severity,
    for: alert.for,
    expression: alert.expression,
    annotations: { summary: alert.summary, runbook_url: `${runbooks}/${alert.runbook}.md` },
    action: [{ actionGroupId: id }],
    alertResolution: { autoResolved: true, timeToResolve: "PT10M" },
  };
}

const ruleGroupFaults = (groups: Readonly<Record<string, readonly unknown[]>>): string[] =>
  Object.entries(groups)
    .filter(([, rules]) => rules.length < 1 || rules.length > RULES_PER_GROUP)
    .map(([group, { length }]) => `rule group ${group}: got ${length} rules, must be 1 to ${RULES_PER_GROUP} (Azure)`);

function nameFaults(groups: Readonly<Record<string, readonly PrometheusAlert[]>>): string[] {
  const names = Object.values(groups).flatMap((alerts) => alerts.map(({ name }) => name));
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `alert ${name}: must be a name that no other alert has`,
  );
}
