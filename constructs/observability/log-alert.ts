import { MonitorScheduledQueryRulesAlertV2 } from "@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ResourceGroup } from "../resource-group";
import type { Severity } from "./prometheus-rules";

/** Told when the query finds more rows than allowed. */
export interface LogAlert {
  /** Rows that are still in order. @default 0 */
  readonly allowedRows?: number;
  /** How often the query runs. @default PT15M */
  readonly frequency?: "PT15M" | "PT1H" | "P1D";
  readonly name: string;
  readonly query: string;
  /** The name of a page in docs/runbooks, without its ending. */
  readonly runbook: string;
  readonly severity: Severity;
  /** A column of the query that makes an alert of its own for each value. */
  readonly splitBy?: string;
  readonly summary: string;
  /**
   * "condition" is over when the query finds nothing any more. "event" leaves one row and stays true without it: it
   * never resolves by itself and its messages pause for six hours. "reminder" is told at each look that finds something:
   * of what is looked at less often than twice a day Azure resolves nothing.
   */
  readonly whatItIs: "condition" | "event" | "reminder";
  /** How far back the query looks: longer than the frequency, because rows arrive minutes late. @default PT30M */
  readonly window?: "PT30M" | "PT1H" | "P1D";
}

export interface LogAlertContext {
  readonly actionGroup: { readonly id: string };
  /** What is made before. @default nothing */
  readonly dependsOn?: ITerraformDependable[];
  /** As whom the query runs: who asks something else than the workspace has to be said. @default whoever made the rule */
  readonly identity?: { readonly id: string };
  readonly resourceGroup: ResourceGroup;
  /** Where docs/runbooks is read on the web, without a slash at the end. */
  readonly runbooks: string;
  readonly workspace: { readonly id: string };
}

/** One line a step, as people read and paste it. */
export const kql = (...steps: string[]): string => steps.join("\n| ");

/** Makes an alert on what a workspace takes in, under its own name in `scope`. */
export function createLogAlert(
  scope: Construct,
  alert: LogAlert,
  { actionGroup, dependsOn, identity, resourceGroup, runbooks, workspace }: LogAlertContext,
): void {
  const runbook = `${runbooks}/${alert.runbook}.md`;
  new MonitorScheduledQueryRulesAlertV2(scope, alert.name, {
    name: alert.name,
    displayName: alert.name,
    description: `${alert.summary} Runbook: ${runbook}`,
    resourceGroupName: resourceGroup.name,
    location: resourceGroup.location,
    scopes: [workspace.id],
    severity: alert.severity,
    evaluationFrequency: alert.frequency ?? "PT15M",
    windowDuration: alert.window ?? "PT30M",
    criteria: [
      {
        query: alert.query,
        timeAggregationMethod: "Count",
        operator: "GreaterThan",
        threshold: alert.allowedRows ?? 0,
        dimension: alert.splitBy ? [{ name: alert.splitBy, operator: "Include", values: ["*"] }] : undefined,
        failingPeriods: { minimumFailingPeriodsToTriggerAlert: 1, numberOfEvaluationPeriods: 1 },
      },
    ],
    action: { actionGroups: [actionGroup.id], customProperties: { runbook } },
    // Azure takes either, never both.
    autoMitigationEnabled: alert.whatItIs === "condition",
    muteActionsAfterAlertDuration: alert.whatItIs === "event" ? "PT6H" : undefined,
    identity: identity && { type: "UserAssigned", identityIds: [identity.id] },
    // AzureDiagnostics and its columns appear with the first row, after the rule that reads them.
    skipQueryValidation: true,
    dependsOn,
  });
}
