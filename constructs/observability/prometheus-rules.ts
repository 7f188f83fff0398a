import {
  MonitorAlertPrometheusRuleGroup,
  type MonitorAlertPrometheusRuleGroupRule,
} from "@cdktf/provider-azurerm/lib/monitor-alert-prometheus-rule-group";
import { Construct } from "constructs";
import type { ResourceGroup } from "../resource-group";
import type { Scope } from "../role-assignment";

/** A series computed every minute under a name of its own. */
export interface Recording {
  readonly expression: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly record: string;
}

/** 0 critical, 1 error, 2 warning, 3 informational, 4 verbose, as Azure Monitor counts. */
export type Severity = 0 | 1 | 2 | 3 | 4;

export interface PrometheusAlert {
  readonly expression: string;
  /** How long it must hold before somebody is told, in ISO 8601. */
  readonly for: string;
  readonly name: string;
  /** The name of a page in docs/runbooks, without its ending. */
  readonly runbook: string;
  readonly severity: Severity;
  readonly summary: string;
}

export interface PrometheusRulesProps {
  readonly actionGroupId: string;
  /** Alerts by group. */
  readonly alerts: Readonly<Record<string, readonly PrometheusAlert[]>>;
  readonly cluster: Scope;
  /** The Azure Monitor workspace that holds the cluster's metrics. */
  readonly metricsId: string;
  /** What is precomputed, by group. @default nothing */
  readonly recordings?: Readonly<Record<string, readonly Recording[]>>;
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
    const { actionGroupId, alerts, cluster, metricsId, recordings = {}, resourceGroup, runbooks } = props;
    const issues = [...ruleGroupIssues(recordings), ...ruleGroupIssues(alerts), ...nameIssues(alerts)];
    if (issues.length > 0) throw new Error(issues.join("\n"));

    const create = (group: string, name: string, rule: MonitorAlertPrometheusRuleGroupRule[]) => {
      new MonitorAlertPrometheusRuleGroup(this, group, {
        name,
        resourceGroupName: resourceGroup.name,
        location: resourceGroup.location,
        // Both: the workspace may hold other clusters, and the portal finds a cluster's rules by its id.
        scopes: [metricsId, cluster.id],
        clusterName: cluster.name,
        interval: "PT1M",
        ruleGroupEnabled: true,
        rule,
      });
    };
    for (const [group, of] of Object.entries(recordings)) {
      // As Microsoft's templates call them, without the spaces of the third.
      create(group, `${group}-${cluster.name}`, of.map(recordingRule));
    }
    for (const [group, of] of Object.entries(alerts)) {
      create(
        group,
        `alerts-${group}-${cluster.name}`,
        of.map((alert) => alertRule(alert, actionGroupId, runbooks)),
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

function alertRule(
  alert: PrometheusAlert,
  actionGroupId: string,
  runbooks: string,
): MonitorAlertPrometheusRuleGroupRule {
  return {
    enabled: true,
    alert: alert.name,
    severity: alert.severity,
    for: alert.for,
    expression: alert.expression,
    annotations: { summary: alert.summary, runbook_url: `${runbooks}/${alert.runbook}.md` },
    action: [{ actionGroupId }],
    alertResolution: { autoResolved: true, timeToResolve: "PT10M" },
  };
}

const ruleGroupIssues = (groups: Readonly<Record<string, readonly unknown[]>>): string[] =>
  Object.entries(groups)
    .filter(([, rules]) => rules.length < 1 || rules.length > RULES_PER_GROUP)
    .map(([group, { length }]) => `rule group ${group}: got ${length} rules, must be 1 to ${RULES_PER_GROUP} (Azure)`);

function nameIssues(groups: Readonly<Record<string, readonly PrometheusAlert[]>>): string[] {
  const names = Object.values(groups).flatMap((alerts) => alerts.map(({ name }) => name));
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `alert ${name}: must be a name that no other alert has`,
  );
}
