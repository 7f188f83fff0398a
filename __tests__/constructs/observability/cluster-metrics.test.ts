import { describe, expect, it } from "vitest";
import { CLUSTER_ID, metricsOf } from "../../support/operations-fixture";
import { synthStack } from "../../support/synth";

describe("ClusterMetrics", () => {
  const { all, one } = synthStack(metricsOf);

  it("forwards what Prometheus scrapes to the workspace, by way of the endpoint", () => {
    const rule = one("azurerm_monitor_data_collection_rule");
    const [account] = rule.destinations.monitor_account;
    expect(rule).toMatchObject({
      kind: "Linux",
      data_collection_endpoint_id: expect.stringContaining("azurerm_monitor_data_collection_endpoint.metrics_endpoint"),
      data_flow: [{ streams: ["Microsoft-PrometheusMetrics"], destinations: [account.name] }],
      data_sources: { prometheus_forwarder: [{ streams: ["Microsoft-PrometheusMetrics"] }] },
    });
    expect(account.monitor_account_id).toBe("${azurerm_monitor_workspace.metrics.id}");
    expect(one("azurerm_monitor_data_collection_endpoint")).toMatchObject({ name: "dce", kind: "Linux" });
  });

  it("associates the cluster with the rule, and with the endpoint under the name that Azure takes", () => {
    const associations = all("azurerm_monitor_data_collection_rule_association");
    expect(associations).toEqual([
      expect.objectContaining({
        name: "configurationAccessEndpoint",
        target_resource_id: CLUSTER_ID,
        data_collection_endpoint_id: expect.stringContaining("azurerm_monitor_data_collection_endpoint."),
      }),
      expect.objectContaining({
        name: "dcr-metrics",
        target_resource_id: CLUSTER_ID,
        data_collection_rule_id: expect.stringContaining("azurerm_monitor_data_collection_rule.metrics_rule"),
      }),
    ]);
    for (const association of associations) {
      // Azure takes one of the two.
      expect("data_collection_rule_id" in association).not.toBe("data_collection_endpoint_id" in association);
    }
  });
});
