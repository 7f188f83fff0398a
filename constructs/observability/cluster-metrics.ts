import { MonitorDataCollectionEndpoint } from "@cdktf/provider-azurerm/lib/monitor-data-collection-endpoint";
import { MonitorDataCollectionRule } from "@cdktf/provider-azurerm/lib/monitor-data-collection-rule";
import { MonitorDataCollectionRuleAssociation } from "@cdktf/provider-azurerm/lib/monitor-data-collection-rule-association";
import { MonitorWorkspace } from "@cdktf/provider-azurerm/lib/monitor-workspace";
import { Construct } from "constructs";
import type { ResourceGroup } from "../resource-group";
import type { Scope } from "../role-assignment";

export interface ClusterMetricsProps {
  readonly cluster: Scope;
  /** Of the data collection endpoint: 3 to 44 characters. */
  readonly endpointName: string;
  /** Of the Azure Monitor workspace, which holds the metrics for 18 months. */
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
  readonly ruleName: string;
}

/**
 * Managed Prometheus of a cluster. The cluster's add-on alone scrapes and sends nothing: it needs the endpoint, the
 * rule and both associations (hashicorp/terraform-provider-azurerm#23623, Azure/prometheus-collector#942).
 */
export class ClusterMetrics extends Construct {
  /** What rule groups are scoped to, and Grafana reads from. */
  readonly workspaceId: string;

  constructor(scope: Construct, id: string, props: ClusterMetricsProps) {
    super(scope, id);
    const { cluster, endpointName, name, ruleName } = props;
    const place = { resourceGroupName: props.resourceGroup.name, location: props.resourceGroup.location };
    const workspace = new MonitorWorkspace(this, "Default", { name, ...place });
    const endpoint = new MonitorDataCollectionEndpoint(this, "endpoint", {
      name: endpointName,
      kind: "Linux",
      ...place,
    });
    const destination = "workspace";
    const rule = new MonitorDataCollectionRule(this, "rule", {
      name: ruleName,
      ...place,
      kind: "Linux",
      dataCollectionEndpointId: endpoint.id,
      destinations: { monitorAccount: [{ name: destination, monitorAccountId: workspace.id }] },
      dataFlow: [{ streams: PROMETHEUS, destinations: [destination] }],
      dataSources: { prometheusForwarder: [{ name: "prometheus", streams: PROMETHEUS }] },
    });
    new MonitorDataCollectionRuleAssociation(this, "rule-association", {
      name: ruleName,
      targetResourceId: cluster.id,
      dataCollectionRuleId: rule.id,
    });
    new MonitorDataCollectionRuleAssociation(this, "endpoint-association", {
      // The only name that Azure takes for an association with an endpoint: where the agent fetches its configuration.
      name: "configurationAccessEndpoint",
      targetResourceId: cluster.id,
      dataCollectionEndpointId: endpoint.id,
    });
    this.workspaceId = workspace.id;
  }
}

const PROMETHEUS = ["Microsoft-PrometheusMetrics"];
