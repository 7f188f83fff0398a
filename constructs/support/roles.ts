/** The built-in roles that the program assigns, by name: learn.microsoft.com/azure/role-based-access-control/built-in-roles. */
export const BUILT_IN_ROLES = {
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  AcrPush: "8311e382-0749-4cb8-b61a-304f252e45ec",
  "Azure Kubernetes Service Cluster User Role": "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
  "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  Contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  "Cost Management Contributor": "434105ed-43f6-45c7-a02f-909b2ba83430",
  "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Locks Contributor": "28bf596f-4eb7-45ce-b5bc-6cf482fec137",
  "Managed Identity Operator": "f1a07417-d97a-45cb-824c-7a7467783830",
  "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
  Reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  "Resource Policy Contributor": "36243c78-bf99-498c-9df9-86d9f8d28608",
  "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
} as const;

export type Role = keyof typeof BUILT_IN_ROLES;

/** The roles that may be given on each kind of scope, by its Terraform type; whatever is missing is refused. */
export const ROLES_BY_SCOPE: Readonly<Record<string, readonly Role[]>> = {
  azurerm_container_registry: ["AcrPull", "AcrPush"],
  azurerm_key_vault: ["Key Vault Secrets Officer", "Key Vault Secrets User"],
  azurerm_kubernetes_cluster: [
    "Azure Kubernetes Service Cluster User Role",
    "Azure Kubernetes Service RBAC Cluster Admin",
  ],
  azurerm_public_ip: ["Network Contributor"],
  azurerm_resource_group: [
    "AcrPull",
    "AcrPush",
    "Contributor",
    "Locks Contributor",
    "Reader",
    "Resource Policy Contributor",
    "Role Based Access Control Administrator",
  ],
  azurerm_route_table: ["Network Contributor"],
  azurerm_storage_account: ["Storage Blob Data Contributor"],
  azurerm_storage_container: ["Storage Blob Data Contributor", "Storage Blob Data Reader"],
  azurerm_subnet: ["Network Contributor"],
  azurerm_user_assigned_identity: ["Managed Identity Operator"],
  subscription: ["Cost Management Contributor", "Reader"],
};

/** What one identity may be for; the roles of any identity fit into one of these. What each calls: docs/architecture.md. */
export const PURPOSES: Readonly<Record<string, readonly Role[]>> = {
  "an application": ["Key Vault Secrets User"],
  // AKS's cloud provider finds a public address by listing those of the group that a Service names.
  "a cluster": ["Managed Identity Operator", "Network Contributor", "Reader"],
  "its nodes": ["AcrPull"],
  "pushing images": ["AcrPush"],
  "promoting images": ["AcrPull", "AcrPush"],
  "an alert that asks Azure": ["Reader"],
  planning: ["Azure Kubernetes Service Cluster User Role", "Reader", "Storage Blob Data Reader"],
  deploying: [
    "Azure Kubernetes Service Cluster User Role",
    "Azure Kubernetes Service RBAC Cluster Admin",
    "Contributor",
    "Cost Management Contributor",
    "Key Vault Secrets Officer",
    "Locks Contributor",
    "Reader",
    "Resource Policy Contributor",
    "Role Based Access Control Administrator",
    "Storage Blob Data Contributor",
    "Storage Blob Data Reader",
  ],
};
