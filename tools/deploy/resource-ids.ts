import type { StackJson } from "../terraform/stack-json";

/**
 * How `terraform import` names each type of resource. {group} stands for the resource group's id, {subscription} for
 * the subscription's, and any other word for an attribute of the resource, with dots for one inside a block.
 */
const TEMPLATES: Readonly<Record<string, string>> = {
  aws_iam_role: "{name}",
  aws_iam_role_policy: "{role}:{name}",
  azurerm_application_insights_workbook: "{group}/providers/Microsoft.Insights/workbooks/{name}",
  azurerm_consumption_budget_subscription: "{subscription_id}/providers/Microsoft.Consumption/budgets/{name}",
  azurerm_container_registry: "{group}/providers/Microsoft.ContainerRegistry/registries/{name}",
  azurerm_federated_identity_credential: "{user_assigned_identity_id}/federatedIdentityCredentials/{name}",
  azurerm_firewall: "{group}/providers/Microsoft.Network/azureFirewalls/{name}",
  azurerm_firewall_policy: "{group}/providers/Microsoft.Network/firewallPolicies/{name}",
  azurerm_firewall_policy_rule_collection_group: "{firewall_policy_id}/ruleCollectionGroups/{name}",
  azurerm_ip_group: "{group}/providers/Microsoft.Network/ipGroups/{name}",
  azurerm_key_vault: "{group}/providers/Microsoft.KeyVault/vaults/{name}",
  azurerm_kubernetes_cluster: "{group}/providers/Microsoft.ContainerService/managedClusters/{name}",
  azurerm_kubernetes_cluster_extension: "{cluster_id}/providers/Microsoft.KubernetesConfiguration/extensions/{name}",
  azurerm_kubernetes_cluster_node_pool: "{kubernetes_cluster_id}/agentPools/{name}",
  azurerm_kubernetes_flux_configuration:
    "{cluster_id}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}",
  azurerm_log_analytics_workspace: "{group}/providers/Microsoft.OperationalInsights/workspaces/{name}",
  azurerm_management_lock: "{scope}/providers/Microsoft.Authorization/locks/{name}",
  azurerm_monitor_action_group: "{group}/providers/Microsoft.Insights/actionGroups/{name}",
  azurerm_monitor_alert_prometheus_rule_group:
    "{group}/providers/Microsoft.AlertsManagement/prometheusRuleGroups/{name}",
  azurerm_monitor_data_collection_endpoint: "{group}/providers/Microsoft.Insights/dataCollectionEndpoints/{name}",
  azurerm_monitor_data_collection_rule: "{group}/providers/Microsoft.Insights/dataCollectionRules/{name}",
  azurerm_monitor_data_collection_rule_association:
    "{target_resource_id}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{name}",
  azurerm_monitor_diagnostic_setting: "{target_resource_id}|{name}",
  azurerm_monitor_scheduled_query_rules_alert_v2: "{group}/providers/Microsoft.Insights/scheduledQueryRules/{name}",
  azurerm_monitor_workspace: "{group}/providers/Microsoft.Monitor/accounts/{name}",
  azurerm_mssql_firewall_rule: "{server_id}/firewallRules/{name}",
  azurerm_mysql_flexible_server_firewall_rule:
    "{group}/providers/Microsoft.DBforMySQL/flexibleServers/{server_name}/firewallRules/{name}",
  azurerm_nat_gateway: "{group}/providers/Microsoft.Network/natGateways/{name}",
  azurerm_nat_gateway_public_ip_association: "{nat_gateway_id}|{public_ip_address_id}",
  azurerm_network_security_group: "{group}/providers/Microsoft.Network/networkSecurityGroups/{name}",
  azurerm_network_security_rule:
    "{group}/providers/Microsoft.Network/networkSecurityGroups/{network_security_group_name}/securityRules/{name}",
  azurerm_postgresql_flexible_server_firewall_rule: "{server_id}/firewallRules/{name}",
  azurerm_private_dns_zone: "{group}/providers/Microsoft.Network/privateDnsZones/{name}",
  azurerm_private_dns_zone_virtual_network_link:
    "{group}/providers/Microsoft.Network/privateDnsZones/{private_dns_zone_name}/virtualNetworkLinks/{name}",
  azurerm_private_endpoint: "{group}/providers/Microsoft.Network/privateEndpoints/{name}",
  azurerm_public_ip: "{group}/providers/Microsoft.Network/publicIPAddresses/{name}",
  azurerm_resource_group: "{subscription}/resourceGroups/{name}",
  azurerm_resource_group_policy_assignment:
    "{resource_group_id}/providers/Microsoft.Authorization/policyAssignments/{name}",
  azurerm_resource_provider_registration: "{subscription}/providers/{name}",
  azurerm_role_assignment: "{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
  azurerm_route_table: "{group}/providers/Microsoft.Network/routeTables/{name}",
  azurerm_security_center_subscription_pricing: "{subscription}/providers/Microsoft.Security/pricings/{resource_type}",
  azurerm_storage_account: "{group}/providers/Microsoft.Storage/storageAccounts/{name}",
  azurerm_storage_container: "{storage_account_id}/blobServices/default/containers/{name}",
  azurerm_storage_management_policy: "{storage_account_id}/managementPolicies/default",
  azurerm_subnet: "{group}/providers/Microsoft.Network/virtualNetworks/{virtual_network_name}/subnets/{name}",
  azurerm_subnet_nat_gateway_association: "{subnet_id}",
  azurerm_subnet_network_security_group_association: "{subnet_id}",
  azurerm_subnet_route_table_association: "{subnet_id}",
  azurerm_user_assigned_identity: "{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}",
  azurerm_virtual_network: "{group}/providers/Microsoft.Network/virtualNetworks/{name}",
  azurerm_virtual_network_dns_servers: "{virtual_network_id}/dnsServers/default",
  azurerm_virtual_network_peering:
    "{group}/providers/Microsoft.Network/virtualNetworks/{virtual_network_name}/virtualNetworkPeerings/{name}",
  helm_release: "{namespace}/{name}",
  kubernetes_namespace_v1: "{metadata.name}",
};

/** Types whose ids are not in the JSON, and what a person does instead after an interruption. */
export const NOT_COMPUTABLE: Readonly<Record<string, string>> = {
  azurerm_log_analytics_workspace_table:
    "they come with the workspace, and the provider cannot import them: the next deployment takes them over",
  aws_iam_openid_connect_provider: "its name in AWS has the issuer, which is looked up: terraform import with its ARN",
  kubernetes_manifest:
    "its names are in a chart: terraform import with apiVersion=apiextensions.k8s.io/v1,kind=CustomResourceDefinition,name=…",
};

/**
 * What `terraform import` takes for every resource of a stack, from its JSON alone: no state, no network. So a resource
 * that exists but fell out of the state can be taken back. Types in NOT_COMPUTABLE are left out.
 * @param fallback the subscription of a stack that is not bound to one
 * @throws Error for a type without a template; a test keeps the table complete
 */
export function resourceIds({ data = {}, resource = {}, provider }: StackJson, fallback: string): Map<string, string> {
  const subscriptionId = provider?.azurerm?.[0]?.subscription_id ?? fallback;
  const subscription = `/subscriptions/${subscriptionId}`;
  const attribute = (type: string, name: string, key: string): string => {
    const block = resource[type]?.[name] ?? data[type]?.[name];
    const value = key
      .split(".")
      .reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], block);
    if (typeof value !== "string")
      throw new Error(`${type}.${name}: ${key} is not a text, so its id cannot be computed`);
    return value.replace(/\$\{([\w.-]+)\}/g, (whole, reference: string) => resolve(reference) ?? whole);
  };
  const resolve = (reference: string): string | undefined => {
    if (reference === "data.azurerm_client_config.azure.subscription_id") return subscriptionId;
    if (reference === "data.azurerm_subscription.azure.id") return subscription;
    // What was looked up has the id of what was made.
    const [type = "", name = "", key = ""] = reference.replace(/^data\./, "").split(".");
    return key === "id" ? idOf(type, name) : attribute(type, name, key);
  };
  const idOf = (type: string, name: string): string => {
    const template = TEMPLATES[type];
    if (template === undefined)
      throw new Error(`${type}: tools/deploy/resource-ids.ts does not know how its id is made`);
    return template.replace(/\{([\w.]+)\}/g, (_, word: string) => {
      if (word === "subscription") return subscription;
      if (word === "group") return `${subscription}/resourceGroups/${attribute(type, name, "resource_group_name")}`;
      return attribute(type, name, word);
    });
  };
  const known = Object.entries(resource).filter(([type]) => !(type in NOT_COMPUTABLE));
  const entries = known.flatMap(([type, byName]) =>
    Object.keys(byName).map((name): [string, string] => [`${type}.${name}`, idOf(type, name)]),
  );
  return new Map(entries);
}
