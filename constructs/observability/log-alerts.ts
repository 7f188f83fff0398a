import { Construct } from "constructs";
import type { ResourceGroup } from "../resource-group";
import type { ActionGroup } from "./action-group";
import { createLogAlert, kql, type LogAlert } from "./log-alert";

export interface LogAlertsProps {
  readonly actionGroup: ActionGroup;
  /** Of the workspace. Without a cap nothing ever says that it was reached. @default no cap */
  readonly dailyCapGb?: number;
  readonly resourceGroup: ResourceGroup;
  /** Where docs/runbooks is read on the web, without a slash at the end. */
  readonly runbooks: string;
  /** GB in 24 hours that somebody should look at. */
  readonly warnAtGbPerDay: number;
  readonly workspace: { readonly id: string };
}

/** Alerts on what the workspace takes in. ContainerLogV2 is absent: it is on the plan Basic, which no alert can read. */
export class LogAlerts extends Construct {
  constructor(scope: Construct, id: string, props: LogAlertsProps) {
    super(scope, id);
    const { actionGroup, dailyCapGb, resourceGroup, runbooks, warnAtGbPerDay, workspace } = props;
    if (!(warnAtGbPerDay > 0)) throw new Error(`warnAtGbPerDay: got ${warnAtGbPerDay}, must be more than 0`);
    if (dailyCapGb !== undefined && warnAtGbPerDay >= dailyCapGb) {
      throw new Error(`warnAtGbPerDay: got ${warnAtGbPerDay}, must be less than the daily cap of ${dailyCapGb} GB`);
    }
    const alerts = [...LOG_ALERTS, volumeAbove(warnAtGbPerDay), ...(dailyCapGb === undefined ? [] : [CAP_REACHED])];
    for (const alert of alerts) createLogAlert(this, alert, { actionGroup, resourceGroup, runbooks, workspace });
  }
}

/** The vault writes to AzureDiagnostics, whose columns exist once something was written to them. */
const vaultAnswers = (status: number) =>
  kql(
    "AzureDiagnostics",
    'where ResourceProvider == "MICROSOFT.KEYVAULT" and Category == "AuditEvent"',
    `where toint(column_ifexists("httpStatusCode_d", 0.0)) == ${status}`,
  );

/** Whatever is collected; the two about ingestion depend on the workspace. */
export const LOG_ALERTS: readonly LogAlert[] = [
  {
    name: "autoscaler-cannot-add-nodes",
    severity: 1,
    whatItIs: "condition",
    // Azure's codes for quota and capacity: learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/allocation-failure.
    query: kql(
      "AKSControlPlane",
      'where Category == "cluster-autoscaler"',
      'where Message has_any ("QuotaExceeded", "OperationNotAllowed", "AllocationFailed", "ZonalAllocationFailed", "OverconstrainedAllocationRequest", "OverconstrainedZonalAllocationRequest", "SkuNotAvailable", "SubnetIsFull")',
    ),
    summary: "The cluster needs nodes and Azure gives none: a quota is used up or the region is out of this machine.",
    runbook: "autoscaler",
  },
  {
    name: "vault-throttles",
    severity: 2,
    whatItIs: "condition",
    query: vaultAnswers(429),
    splitBy: "Resource",
    summary: "A vault answers 429: it is asked for secrets too often.",
    runbook: "vault",
  },
  {
    name: "vault-denies",
    severity: 2,
    whatItIs: "condition",
    query: vaultAnswers(403),
    splitBy: "Resource",
    // A role that is still spreading is refused a few times.
    allowedRows: 10,
    summary: "A vault answers 403: an identity has no role, or an address is not let in.",
    runbook: "vault",
  },
  {
    name: "registry-logins-fail",
    severity: 2,
    whatItIs: "condition",
    // ResultType is always "HttpStatusCode"; the status itself is the description.
    query: kql("ContainerRegistryLoginEvents", "where toint(extract(@'\\d+', 0, ResultDescription)) >= 400"),
    splitBy: "LoginServer",
    allowedRows: 5,
    summary: "Logins to the registry are refused: nodes cannot fetch images, or pipelines cannot push them.",
    runbook: "registry",
  },
  {
    name: "registry-pulls-fail",
    severity: 2,
    whatItIs: "condition",
    query: kql(
      "ContainerRegistryRepositoryEvents",
      "where OperationName == \"Pull\" and toint(extract(@'\\d+', 0, ResultDescription)) >= 400",
    ),
    splitBy: "LoginServer",
    allowedRows: 5,
    summary: "The registry refuses pulls: an image that is wanted is not there, or the node has no role.",
    runbook: "registry",
  },
];

/** By usage period and in the GB of the bill, 10^9 bytes (learn.microsoft.com/azure/azure-monitor/logs/cost-logs). */
const volumeAbove = (gb: number): LogAlert => ({
  name: "log-volume-high",
  severity: 3,
  whatItIs: "condition",
  query: kql("Usage", "where IsBillable", "summarize GB = sum(Quantity) / 1000", `where GB > ${gb}`),
  frequency: "PT1H",
  window: "P1D",
  summary: `The workspace took in more than ${gb} GB in 24 hours.`,
  runbook: "log-ingestion",
});

const CAP_REACHED: LogAlert = {
  name: "log-daily-cap-reached",
  severity: 1,
  whatItIs: "event",
  // Not by Operation, as some guides say: it may hold a GUID, and the alert would never fire.
  query: kql("_LogOperation", 'where Category =~ "Ingestion" and Detail contains "OverQuota"'),
  summary: "The daily cap is reached: until its reset no log comes in, and the alerts on logs see nothing.",
  runbook: "log-ingestion",
};
