/**
 * Types of resources that hold nothing: what they are is in this repository, and an apply makes them again as they were. A
 * type that is not here needs a row in recovery/plan.ts, so that nobody adds a store without saying how it comes back.
 */
export const STATELESS: Readonly<Record<string, string>> = {
  ...all("rights: who may do what is in the program", [
    "aws_iam_openid_connect_provider",
    "aws_iam_role",
    "aws_iam_role_policy",
    "azurerm_federated_identity_credential",
    "azurerm_role_assignment",
    // Another principal under the same name: what refers to it is made again in the same apply, tested by the drills.
    "azurerm_user_assigned_identity",
  ]),
  ...all("network: ranges, ways and rules are in the program", [
    "azurerm_firewall",
    "azurerm_firewall_policy",
    "azurerm_firewall_policy_rule_collection_group",
    "azurerm_ip_group",
    "azurerm_mssql_firewall_rule",
    "azurerm_mysql_flexible_server_firewall_rule",
    "azurerm_nat_gateway",
    "azurerm_nat_gateway_public_ip_association",
    "azurerm_network_security_group",
    "azurerm_network_security_rule",
    "azurerm_postgresql_flexible_server_firewall_rule",
    "azurerm_private_dns_zone_virtual_network_link",
    "azurerm_private_endpoint",
    "azurerm_route_table",
    "azurerm_subnet",
    "azurerm_subnet_nat_gateway_association",
    "azurerm_subnet_network_security_group_association",
    "azurerm_subnet_route_table_association",
    "azurerm_virtual_network",
    "azurerm_virtual_network_dns_servers",
    "azurerm_virtual_network_peering",
  ]),
  ...all("observation: what is watched and who hears of it; what was seen is in the workspaces", [
    "azurerm_application_insights_workbook",
    "azurerm_log_analytics_workspace_table",
    "azurerm_monitor_action_group",
    "azurerm_monitor_alert_prometheus_rule_group",
    "azurerm_monitor_data_collection_endpoint",
    "azurerm_monitor_data_collection_rule",
    "azurerm_monitor_data_collection_rule_association",
    "azurerm_monitor_diagnostic_setting",
    "azurerm_monitor_scheduled_query_rules_alert_v2",
  ]),
  ...all("rules of a group or a subscription, as the program says them", [
    "azurerm_consumption_budget_subscription",
    "azurerm_management_lock",
    "azurerm_resource_group",
    "azurerm_resource_group_policy_assignment",
    "azurerm_resource_provider_registration",
    "azurerm_security_center_subscription_pricing",
    "azurerm_storage_container_immutability_policy",
    "azurerm_storage_management_policy",
  ]),
  ...all("a part of the cluster, whose row says how it is built again", [
    "azurerm_kubernetes_cluster_extension",
    "azurerm_kubernetes_cluster_node_pool",
    "azurerm_kubernetes_flux_configuration",
    "kubernetes_manifest",
    "kubernetes_namespace_v1",
    "kubernetes_network_policy_v1",
  ]),
};

/** What stacks look up that others of them made, or that is no thing at all. Any other needs a row. */
export const LOOKED_UP: Readonly<Record<string, string>> = {
  ...all("made by a stack of ours", [
    "azurerm_container_registry",
    "azurerm_key_vault",
    "azurerm_kubernetes_cluster",
    "azurerm_monitor_action_group",
    "azurerm_monitor_workspace",
    "azurerm_public_ip",
    "azurerm_resource_group",
    "azurerm_user_assigned_identity",
  ]),
  ...all("an answer about Azure, and no thing in it", [
    "azurerm_client_config",
    "azurerm_resources",
    "azurerm_subscription",
    "helm_template",
  ]),
};

function all(reason: string, types: readonly string[]): Record<string, string> {
  return Object.fromEntries(types.map((type) => [type, reason]));
}
