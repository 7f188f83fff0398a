import { resourceGraph, type StackJson } from "../terraform/stack-json";

/**
 * Waits inside azurerm that no answer of Azure shortens, in seconds, measured against the stand-in with 4.55.0; 4.81.0
 * polls as often. Everything else is instant there.
 */
const FIXED_WAITS: Readonly<Record<string, { readonly create: number; readonly destroy: number }>> = {
  azurerm_application_insights_workbook: { create: 0, destroy: 0 },
  azurerm_key_vault: { create: 120, destroy: 10 },
  azurerm_log_analytics_workspace_table: { create: 0, destroy: 0 },
  azurerm_management_lock: { create: 110, destroy: 110 },
  azurerm_monitor_action_group: { create: 0, destroy: 0 },
  azurerm_monitor_alert_prometheus_rule_group: { create: 0, destroy: 0 },
  azurerm_monitor_data_collection_endpoint: { create: 0, destroy: 0 },
  azurerm_monitor_data_collection_rule: { create: 0, destroy: 0 },
  azurerm_monitor_data_collection_rule_association: { create: 0, destroy: 0 },
  azurerm_monitor_diagnostic_setting: { create: 0, destroy: 50 },
  azurerm_monitor_scheduled_query_rules_alert_v2: { create: 0, destroy: 0 },
  azurerm_private_dns_zone_virtual_network_link: { create: 0, destroy: 130 },
  azurerm_resource_group: { create: 20, destroy: 20 },
  azurerm_resource_group_policy_assignment: { create: 95, destroy: 95 },
  azurerm_role_assignment: { create: 20, destroy: 20 },
};
const OTHER = { create: 0, destroy: 10 };

/** The fixed wait of one resource. A vault without public access is not asked whether it answers. */
function waitOf(type: string, body: unknown, phase: "create" | "destroy"): number {
  const isPrivate = (body as { public_network_access_enabled?: boolean }).public_network_access_enabled === false;
  if (type === "azurerm_key_vault" && isPrivate && phase === "create") return 0;
  return (FIXED_WAITS[type] ?? OTHER)[phase];
}

/** Seconds of the provider's own waiting along the longest path: the floor that no stand-in can go below. */
export function floorOf(stack: StackJson, phase: "create" | "destroy"): number {
  const graph = resourceGraph(stack);
  const known = new Map<string, number>();
  const reach = (address: string): number => {
    const resource = graph.get(address);
    if (!resource) return 0;
    const memo = known.get(address);
    if (memo !== undefined) return memo;
    const seconds = waitOf(resource.type, resource.body, phase) + Math.max(0, ...resource.needs.map(reach));
    known.set(address, seconds);
    return seconds;
  };
  return Math.max(0, ...[...graph.keys()].map(reach));
}
