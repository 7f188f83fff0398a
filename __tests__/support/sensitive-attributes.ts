/** Why what the provider writes into the state under an attribute opens nothing. */
type Dead =
  /** A switch that the stack sets, as synthesized: with it Azure gives no credential, or accepts none. */
  | { readonly because: "switchedOff"; readonly attribute: string; readonly is: boolean }
  /** We would have to write it ourselves, and never do. */
  | { readonly because: "neverSet" }
  /** It is read of something that a stack of ours makes, where it is dead. */
  | { readonly because: "deadAtItsSource"; readonly source: string };

interface SensitiveAttributes {
  /** The Terraform type, with `data.` before that of a data source. */
  readonly type: string;
  /** With dots for nested blocks. */
  readonly attributes: readonly string[];
  readonly dead: Dead;
  readonly reason: string;
}

/**
 * Every attribute that a provider marks as sensitive, of every type that a stack uses in any of its shapes. A state holds them in
 * clear text, so each must be dead. A test compares the list with the provider's schema and the switches with the stacks.
 */
export const SENSITIVE_ATTRIBUTES: readonly SensitiveAttributes[] = [
  {
    type: "azurerm_container_registry",
    attributes: ["admin_password"],
    dead: { because: "switchedOff", attribute: "admin_enabled", is: false },
    reason: "Without the admin user Azure gives no password.",
  },
  {
    type: "azurerm_kubernetes_cluster",
    attributes: ["kube_admin_config", "kube_admin_config_raw", "kube_config", "kube_config_raw"],
    dead: { because: "switchedOff", attribute: "local_account_disabled", is: true },
    reason: "Without local accounts the admin's are empty, and the user's hold an address and no key.",
  },
  {
    type: "azurerm_kubernetes_cluster",
    attributes: ["http_proxy_config.trusted_ca", "service_principal.client_secret", "windows_profile.admin_password"],
    dead: { because: "neverSet" },
    reason: "The cluster has no proxy, no Windows nodes, and managed identities for a service principal.",
  },
  {
    type: "data.azurerm_kubernetes_cluster",
    attributes: ["kube_admin_config", "kube_admin_config_raw", "kube_config", "kube_config_raw"],
    dead: { because: "deadAtItsSource", source: "azurerm_kubernetes_cluster" },
    reason: "Consumers look up a cluster of ours, whose kubeconfig holds an address and no key.",
  },
  {
    type: "azurerm_kubernetes_flux_configuration",
    attributes: [
      "blob_storage.account_key",
      "blob_storage.sas_token",
      "blob_storage.service_principal.client_certificate_base64",
      "blob_storage.service_principal.client_certificate_password",
      "blob_storage.service_principal.client_secret",
      "bucket.secret_key_base64",
      "git_repository.https_ca_cert_base64",
      "git_repository.https_key_base64",
      "git_repository.ssh_private_key_base64",
    ],
    dead: { because: "neverSet" },
    reason: "The credential is a Secret of the cluster, which is named and not held.",
  },
  {
    type: "helm_release",
    attributes: ["repository_password", "set_sensitive.value"],
    dead: { because: "neverSet" },
    reason:
      "Charts come from a folder, or from a registry that the runner is logged in to; values hold names of secrets.",
  },
  {
    type: "data.helm_template",
    attributes: ["repository_password", "set_sensitive.value"],
    dead: { because: "neverSet" },
    reason: "It renders definitions of a chart, from a registry that the runner is logged in to.",
  },
  {
    type: "azurerm_log_analytics_workspace",
    attributes: ["primary_shared_key", "secondary_shared_key"],
    dead: { because: "switchedOff", attribute: "local_authentication_enabled", is: false },
    reason: "The workspace accepts Entra only.",
  },
  {
    type: "azurerm_storage_account",
    attributes: [
      "primary_access_key",
      "primary_blob_connection_string",
      "primary_connection_string",
      "secondary_access_key",
      "secondary_blob_connection_string",
      "secondary_connection_string",
    ],
    dead: { because: "switchedOff", attribute: "shared_access_key_enabled", is: false },
    reason: "The account refuses its keys, and what is signed with them.",
  },
];
