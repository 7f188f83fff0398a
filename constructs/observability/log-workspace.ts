import { LogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/log-analytics-workspace";
import { MonitorDataCollectionRule } from "@cdktf/provider-azurerm/lib/monitor-data-collection-rule";
import { MonitorDataCollectionRuleAssociation } from "@cdktf/provider-azurerm/lib/monitor-data-collection-rule-association";
import { MonitorDiagnosticSetting } from "@cdktf/provider-azurerm/lib/monitor-diagnostic-setting";
import { Construct } from "constructs";
import type { ResourceGroup } from "../resource-group";

export interface LogWorkspaceProps {
  /** GB a day at which ingestion stops until the next day. @default no cap */
  readonly dailyCapGb?: number;
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
  readonly retentionDays: number;
}

/** The Log Analytics workspace of an environment. */
export class LogWorkspace extends Construct {
  readonly id: string;
  private readonly resourceGroup: ResourceGroup;

  constructor(scope: Construct, id: string, { dailyCapGb, name, resourceGroup, retentionDays }: LogWorkspaceProps) {
    super(scope, id);
    const workspace = new LogAnalyticsWorkspace(this, "Default", {
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      sku: "PerGB2018",
      retentionInDays: retentionDays,
      // -1 is Azure's word for no cap.
      dailyQuotaGb: dailyCapGb ?? -1,
      // The provider reads the shared keys into the state; without local authentication they open nothing.
      localAuthenticationEnabled: false,
    });
    this.id = workspace.id;
    this.resourceGroup = resourceGroup;
  }

  /**
   * Sends the named resource logs of `source` here. AKS can write to tables of its own, which cost less to keep and to
   * query; a registry has no choice, and asking it to would be planned again and again.
   */
  collect(
    source: Construct & { readonly id: string },
    categories: readonly string[],
    tables: "dedicated" | "default" = "default",
  ): void {
    new MonitorDiagnosticSetting(source, "logs", {
      name: "to-log-analytics",
      targetResourceId: source.id,
      logAnalyticsWorkspaceId: this.id,
      logAnalyticsDestinationType: tables === "dedicated" ? "Dedicated" : undefined,
      enabledLog: categories.map((category) => ({ category })),
    });
  }

  /**
   * Sends the containers' logs and inventory of a cluster here. The add-on alone collects nothing: it needs this
   * rule and its association.
   */
  collectContainers(cluster: Construct & { readonly id: string }, ruleName: string): void {
    const destination = "workspace";
    const rule = new MonitorDataCollectionRule(cluster, "container-logs", {
      name: ruleName,
      resourceGroupName: this.resourceGroup.name,
      location: this.resourceGroup.location,
      kind: "Linux",
      destinations: { logAnalytics: [{ name: destination, workspaceResourceId: this.id }] },
      dataFlow: [{ streams: CONTAINER_STREAMS, destinations: [destination] }],
      dataSources: {
        extension: [
          {
            name: "ContainerInsightsExtension",
            extensionName: "ContainerInsights",
            streams: CONTAINER_STREAMS,
            extensionJson: JSON.stringify({
              dataCollectionSettings: {
                interval: "1m",
                namespaceFilteringMode: "Exclude",
                namespaces: ["kube-node-lease", "kube-public"],
                enableContainerLogV2: true,
              },
            }),
          },
        ],
      },
    });
    new MonitorDataCollectionRuleAssociation(cluster, "container-logs-association", {
      // The agent looks for exactly this name.
      name: "ContainerInsightsExtension",
      targetResourceId: cluster.id,
      dataCollectionRuleId: rule.id,
    });
  }
}

/** Logs and the inventory that the portal shows; performance counters come from managed Prometheus. */
const CONTAINER_STREAMS = [
  "Microsoft-ContainerLogV2",
  "Microsoft-KubeEvents",
  "Microsoft-KubePodInventory",
  "Microsoft-KubeNodeInventory",
];
