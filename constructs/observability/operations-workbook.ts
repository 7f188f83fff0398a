import { ApplicationInsightsWorkbook } from "@cdktf/provider-azurerm/lib/application-insights-workbook";
import { Construct } from "constructs";
import { v5 as uuidv5 } from "uuid";
import type { ResourceGroup } from "../resource-group";

export interface OperationsWorkbookProps {
  readonly resourceGroup: ResourceGroup;
  /** Where docs/runbooks is read on the web, without a slash at the end. */
  readonly runbooks: string;
  /** Unique in the subscription: the workbook's id is made from it. */
  readonly title: string;
  readonly workspace: { readonly id: string };
}

export interface WorkbookSection {
  /** One sentence: what in the table below is worth a second look. */
  readonly lookFor: string;
  readonly query: string;
  /** The name of a page in docs/runbooks, without its ending. */
  readonly runbook: string;
  readonly title: string;
}

/** Any UUID does, as long as it never changes. */
const NAMESPACE = "0d2c8a51-70f4-5f6b-9a57-2f6d3c1be094";

/** One page of questions to ask first, under Azure Monitor → Workbooks. */
export class OperationsWorkbook extends Construct {
  constructor(scope: Construct, id: string, { resourceGroup, runbooks, title, workspace }: OperationsWorkbookProps) {
    super(scope, id);
    new ApplicationInsightsWorkbook(this, "Default", {
      name: uuidv5(title, NAMESPACE),
      displayName: title,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      dataJson: JSON.stringify({
        version: "Notebook/1.0",
        items: [TIME_RANGE, ...WORKBOOK_SECTIONS.flatMap((section) => itemsOf(section, runbooks, workspace.id))],
        fallbackResourceIds: [workspace.id],
        $schema: "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json",
      }),
    });
  }
}

/** The numbers are the workbook format's: 9 parameters, 1 text, 3 query; a parameter of type 4 is a time range. */
const TIME_RANGE = {
  type: 9,
  name: "parameters",
  content: {
    version: "KqlParameterItem/1.0",
    parameters: [
      {
        id: uuidv5("TimeRange", NAMESPACE),
        version: "KqlParameterItem/1.0",
        name: "TimeRange",
        type: 4,
        isRequired: true,
        value: { durationMs: 3_600_000 },
        typeSettings: {
          selectableValues: [1, 4, 24, 7 * 24].map((hours) => ({ durationMs: hours * 3_600_000 })),
          allowCustom: true,
        },
      },
    ],
    style: "pills",
  },
};

function itemsOf({ lookFor, query, runbook, title }: WorkbookSection, runbooks: string, workspaceId: string): object[] {
  return [
    {
      type: 1,
      name: `${title} (text)`,
      content: { json: `## ${title}\n${lookFor} [Runbook](${runbooks}/${runbook}.md)` },
    },
    {
      type: 3,
      name: title,
      content: {
        version: "KqlItem/1.0",
        query,
        size: 1,
        noDataMessage: "Nothing in this time range.",
        timeContextFromParameter: "TimeRange",
        queryType: 0,
        resourceType: "microsoft.operationalinsights/workspaces",
        crossComponentResources: [workspaceId],
        visualization: "table",
      },
    },
  ];
}

const kql = (...steps: string[]) => steps.join("\n| ");

/** No query names a time: the range above is added to each, and Basic tables take none in the text. */
export const WORKBOOK_SECTIONS: readonly WorkbookSection[] = [
  {
    title: "Nodes that are not ready",
    lookFor: "A node whose last status is not Ready, or several at the same moment, which points to the network.",
    query: kql(
      "KubeNodeInventory",
      "summarize arg_max(TimeGenerated, Status, KubeletVersion) by Computer",
      'where Status !startswith "Ready"',
      "project Computer, Status, KubeletVersion, Seen = TimeGenerated",
    ),
    runbook: "node-not-ready",
  },
  {
    title: "Pods that restart",
    lookFor: "A pod whose restarts began at the time of a deployment.",
    query: kql(
      "KubePodInventory",
      "summarize Before = min(ContainerRestartCount), Now = max(ContainerRestartCount), Reason = take_anyif(ContainerStatusReason, isnotempty(ContainerStatusReason)) by Namespace, Name, ContainerName",
      "where Now > Before",
      "extend Restarts = Now - Before",
      "project Namespace, Pod = Name, ContainerName, Restarts, Reason",
      "order by Restarts desc",
    ),
    runbook: "pod-crash-looping",
  },
  {
    title: "Pods that fit on no node",
    lookFor: "The message: it counts the nodes and says what each of them lacks.",
    query: kql(
      "KubeEvents",
      'where Reason == "FailedScheduling"',
      "summarize Times = count(), arg_max(TimeGenerated, Message) by Namespace, Name",
      "project Namespace, Pod = Name, Times, Last = TimeGenerated, Message",
      "order by Last desc",
    ),
    runbook: "pod-not-ready",
  },
  {
    title: "Errors by container",
    lookFor:
      "The container whose errors grew; each run is billed by the data that it reads (the table is on the plan Basic), so keep the range short.",
    query: kql(
      "ContainerLogV2",
      'where LogLevel in~ ("error", "critical") or LogSource == "stderr"',
      "summarize Lines = count(), Example = take_any(tostring(LogMessage)) by PodNamespace, ContainerName",
      "order by Lines desc",
    ),
    runbook: "pod-crash-looping",
  },
  {
    title: "Changes to the cluster that were denied",
    lookFor: "A person or pipeline that tries again and again, or a policy that stops a release.",
    query: kql(
      "AKSAuditAdmin",
      "extend Code = toint(ResponseStatus.code)",
      "where Code in (401, 403)",
      "summarize Times = count(), Last = max(TimeGenerated), Why = take_any(tostring(ResponseStatus.message)) by Who = tostring(User.username), Verb, Kind = tostring(ObjectRef.resource), Namespace = tostring(ObjectRef.namespace), Code",
      "order by Times desc",
    ),
    runbook: "api-server",
  },
  {
    title: "Host names that the firewall denied",
    lookFor: "A host that the application needs and that the rules do not name; empty without a firewall.",
    query: kql(
      "AZFWApplicationRule",
      'where Action == "Deny"',
      "summarize Times = count(), Last = max(TimeGenerated) by Fqdn, DestinationPort, SourceIp",
      "order by Times desc",
    ),
    runbook: "firewall",
  },
  {
    title: "Addresses that the firewall denied",
    lookFor: "An address and port that pods call directly, such as a database; empty without a firewall.",
    query: kql(
      "AZFWNetworkRule",
      'where Action == "Deny"',
      "summarize Times = count(), Last = max(TimeGenerated) by DestinationIp, DestinationPort, Protocol, SourceIp",
      "order by Times desc",
    ),
    runbook: "firewall",
  },
  {
    title: "What the workspace takes in",
    lookFor: "The table that grew: it is where the money goes.",
    query: kql(
      "Usage",
      "where IsBillable",
      "summarize GB = round(sum(Quantity) / 1000, 3) by DataType",
      "order by GB desc",
    ),
    runbook: "log-ingestion",
  },
  {
    title: "What the vaults refused",
    lookFor: "403 is a missing role or an address that is not let in, 404 a missing secret, 429 too many requests.",
    query: kql(
      "AzureDiagnostics",
      'where ResourceProvider == "MICROSOFT.KEYVAULT" and Category == "AuditEvent"',
      'extend Status = toint(column_ifexists("httpStatusCode_d", 0.0)), Who = tostring(column_ifexists("identity_claim_appid_g", ""))',
      // 401 is how every client learns where to log in.
      "where Status >= 400 and Status != 401",
      "summarize Times = count(), Last = max(TimeGenerated) by Resource, OperationName, Status, Who, CallerIPAddress",
      "order by Times desc",
    ),
    runbook: "vault",
  },
];
