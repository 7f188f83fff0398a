import { describe, expect, it } from "vitest";
import { LogWorkspace } from "../../../constructs/observability/log-workspace";
import { PublicAddress } from "../../../constructs/public-address";
import { ground } from "../../support/provider-stack";
import { synthStack } from "../../support/synth";

describe("LogWorkspace", () => {
  const { one } = synthStack((stack) => {
    const resourceGroup = ground(stack);
    const logs = new LogWorkspace(stack, "logs", { name: "log-test", resourceGroup, retentionDays: 30 });
    const address = new PublicAddress(stack, "address", { name: "pip", resourceGroup, zones: [] });
    logs.collect(address, ["DDoSProtectionNotifications"], "dedicated");
    logs.collectContainers(address, "dcr-test");
  });

  it("has no cap unless told, and no key that opens anything", () => {
    expect(one("azurerm_log_analytics_workspace")).toMatchObject({
      daily_quota_gb: -1,
      local_authentication_enabled: false,
    });
  });

  it("collects the categories that are named, into tables of their own when asked", () => {
    expect(one("azurerm_monitor_diagnostic_setting")).toMatchObject({
      enabled_log: [{ category: "DDoSProtectionNotifications" }],
      log_analytics_destination_type: "Dedicated",
    });
  });

  it("wires the collection rule completely: source, flow, destination, and the association that the agent looks for", () => {
    const rule = one("azurerm_monitor_data_collection_rule");
    const [destination] = rule.destinations.log_analytics;
    expect(destination.workspace_resource_id).toBe("${azurerm_log_analytics_workspace.logs.id}");
    expect(rule.data_flow).toEqual([
      { streams: rule.data_sources.extension[0].streams, destinations: [destination.name] },
    ]);
    expect(rule.data_sources.extension[0]).toMatchObject({
      extension_name: "ContainerInsights",
      name: "ContainerInsightsExtension",
    });
    expect(one("azurerm_monitor_data_collection_rule_association")).toMatchObject({
      name: "ContainerInsightsExtension",
      data_collection_rule_id: expect.stringContaining("azurerm_monitor_data_collection_rule."),
    });
  });

  it("stops at the cap that is named, and keeps rows as long as told", () => {
    const workspace = synthStack((stack) => {
      new LogWorkspace(stack, "logs", { name: "log", resourceGroup: ground(stack), retentionDays: 90, dailyCapGb: 5 });
    }).one("azurerm_log_analytics_workspace");
    expect(workspace).toMatchObject({ daily_quota_gb: 5, retention_in_days: 90, sku: "PerGB2018" });
  });

  it("leaves the tables to a source that has no choice", () => {
    const setting = synthStack((stack) => {
      const resourceGroup = ground(stack);
      const workspace = new LogWorkspace(stack, "logs", { name: "log", resourceGroup, retentionDays: 30 });
      workspace.collect(new PublicAddress(stack, "source", { name: "pip", resourceGroup, zones: [] }), ["One", "Two"]);
    }).one("azurerm_monitor_diagnostic_setting");
    expect(setting).not.toHaveProperty("log_analytics_destination_type");
    expect(setting).toMatchObject({
      target_resource_id: "${azurerm_public_ip.source.id}",
      log_analytics_workspace_id: "${azurerm_log_analytics_workspace.logs.id}",
      enabled_log: [{ category: "One" }, { category: "Two" }],
    });
  });

  it("takes containers' output and the inventory, without what the API server writes of itself", () => {
    const [extension] = one("azurerm_monitor_data_collection_rule").data_sources.extension;
    expect(extension.streams).toEqual([
      "Microsoft-ContainerLogV2",
      "Microsoft-KubeEvents",
      "Microsoft-KubePodInventory",
      "Microsoft-KubeNodeInventory",
    ]);
    expect(JSON.parse(extension.extension_json)).toEqual({
      dataCollectionSettings: {
        interval: "1m",
        namespaceFilteringMode: "Exclude",
        namespaces: ["kube-node-lease", "kube-public"],
        enableContainerLogV2: true,
      },
    });
  });
});
