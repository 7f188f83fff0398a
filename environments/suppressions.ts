import { type Suppression, suppress } from "../model/suppression";

/** The day of the last review of this list. The next review moves it on, together with the dates that it renews. */
export const REVIEWED_ON = "2026-11-22";

/** The infra stack of every environment. */
const EVERYWHERE = ["*-infra"];
/** The environments that save what production does not; another one that does is named here. */
const SAVING = ["staging-infra"];
const BOOTSTRAP = ["bootstrap"];

const REGISTRY = "azurerm_container_registry.registry";
const CLUSTER = "azurerm_kubernetes_cluster.cluster";
/** Of every application. */
const VAULTS = ["azurerm_key_vault.*-ground_vault_*"];
const FIREWALL_POLICY = "azurerm_firewall_policy.egress_firewall_policy_6338EE66";
const FIREWALL_DNS = "azurerm_virtual_network_dns_servers.egress_firewall_dns_888F1DA3";
const OPEN_HTTP = "azurerm_network_security_rule.network_nodes_gateway_D0ABE6C7";
const ARCHIVE = "azurerm_storage_account.audit-archive";
const STATES = "azurerm_storage_account.states";

/** The decision is about how Azure works, and is looked at once a year. */
const YEARLY = "2027-11-22";
/** The decision weighs a price or somebody's plan, and is looked at twice a year. */
const HALF_YEARLY = "2027-05-31";

const BLOBS_ONLY = "The account holds blobs only, so there is no queue whose requests could be logged.";
const KEYS_OF_AZURE =
  "Azure's keys encrypt the account twice, and with a key of our own its loss would be the loss of the data.";

/** How many decisions there are. The list can only shrink: whoever takes one away lowers this number with it. */
export const CEILING = 21;

export const suppressions: readonly Suppression[] = [
  // What no environment has.
  ...suppress("CKV_AZURE_117", {
    reason: "OS disks are ephemeral and hold nothing of MMRV, so a disk key of our own would add a way to lose nodes.",
    expires: YEARLY,
    in: EVERYWHERE,
    at: [CLUSTER],
  }),
  ...suppress("CKV_AZURE_160", {
    reason: "Port 80 is open at the gateway's address alone, so that the gateway can send users on to HTTPS.",
    expires: HALF_YEARLY,
    in: EVERYWHERE,
    at: [OPEN_HTTP],
  }),
  ...suppress("CKV_AZURE_164", {
    reason: "Docker Content Trust is being retired by Azure until March 2028, and images are deployed by digest.",
    expires: YEARLY,
    in: EVERYWHERE,
    at: [REGISTRY],
  }),
  ...suppress("CKV_AZURE_166", {
    reason: "Quarantine blocks every pull until a scanner releases the image, and no scanner of ours does that.",
    expires: YEARLY,
    in: EVERYWHERE,
    at: [REGISTRY],
  }),
  ...suppress("CKV_AZURE_33", { reason: BLOBS_ONLY, expires: YEARLY, in: BOOTSTRAP, at: [STATES] }),
  ...suppress("CKV_AZURE_33", { reason: BLOBS_ONLY, expires: YEARLY, in: EVERYWHERE, at: [ARCHIVE] }),
  ...suppress("CKV2_AZURE_1", { reason: KEYS_OF_AZURE, expires: YEARLY, in: BOOTSTRAP, at: [STATES] }),
  ...suppress("CKV2_AZURE_1", { reason: KEYS_OF_AZURE, expires: YEARLY, in: EVERYWHERE, at: [ARCHIVE] }),

  // The storage of the states.
  ...suppress("CKV_AZURE_59", {
    reason: "GitHub's and HCP Terraform's runners have no fixed address, and Entra is the only way in.",
    expires: HALF_YEARLY,
    in: BOOTSTRAP,
    at: [STATES],
  }),
  ...suppress("CKV2_AZURE_33", {
    reason: "The states are read before any network exists from which a private endpoint could be reached.",
    expires: YEARLY,
    in: BOOTSTRAP,
    at: [STATES],
  }),
  ...suppress("CKV2_AZURE_21", {
    reason: "The check wants a resource that logs with an account key, and account keys are switched off.",
    expires: YEARLY,
    in: BOOTSTRAP,
    at: ["azurerm_storage_container.states_container-*"],
  }),

  // What staging saves; prices in USD a month, East US 2.
  ...suppress("CKV_AZURE_115", {
    reason:
      "Staging is reached from the office's ranges; private, it would need a runner inside and a NAT gateway (33).",
    expires: HALF_YEARLY,
    in: SAVING,
    at: [CLUSTER],
  }),
  ...suppress("CKV_AZURE_170", {
    reason: "The Free tier has no uptime SLA, which nobody needs of staging; the Standard tier costs 73.",
    expires: HALF_YEARLY,
    in: SAVING,
    at: [CLUSTER],
  }),
  ...suppress("CKV_AZURE_139", {
    reason: "Staging's Standard registry has no network filter and no anonymous pull; Premium costs 30 more.",
    expires: HALF_YEARLY,
    in: SAVING,
    at: [REGISTRY],
  }),
  ...suppress("CKV_AZURE_165", {
    reason: "Staging's images can be built again in another region; Premium and a replica cost 80 more.",
    expires: HALF_YEARLY,
    in: SAVING,
    at: [REGISTRY],
  }),
  ...suppress("CKV_AZURE_167", {
    reason: "The Standard tier keeps untagged manifests, which cost cents and expose nothing; Premium costs 30 more.",
    expires: HALF_YEARLY,
    in: SAVING,
    at: [REGISTRY],
  }),
  ...suppress("CKV_AZURE_233", {
    reason: "Staging may wait while a zone is down and its images can be built again; Premium costs 30 more.",
    expires: HALF_YEARLY,
    in: SAVING,
    at: [REGISTRY],
  }),
  ...suppress("CKV_AZURE_237", {
    reason:
      "Staging's layers come from Azure's shared storage hosts; a data endpoint needs Premium, which costs 30 more.",
    expires: HALF_YEARLY,
    in: SAVING,
    at: [REGISTRY],
  }),
  ...suppress("CKV_AZURE_42", {
    reason: "Staging is torn down and built again under the same names; deleted vaults are recoverable for seven days.",
    expires: HALF_YEARLY,
    in: SAVING,
    at: VAULTS,
  }),
  ...suppress("CKV_AZURE_110", {
    reason: "Staging is torn down and built again under the same names, and purge protection cannot be taken back.",
    expires: HALF_YEARLY,
    in: SAVING,
    at: VAULTS,
  }),
  ...suppress("CKV2_AZURE_32", {
    reason:
      "Staging's vaults answer listed ranges only; a private endpoint costs 7 each, and a runner inside to use it.",
    expires: HALF_YEARLY,
    in: SAVING,
    at: VAULTS,
  }),

  // With egress through Azure Firewall only.
  ...suppress("CKV_AZURE_182", {
    reason: "The firewall is the network's one DNS server by design, and runs in every zone of the environment.",
    expires: YEARLY,
    in: EVERYWHERE,
    at: [FIREWALL_DNS],
  }),
  ...suppress("CKV_AZURE_220", {
    reason: "The Standard tier has no intrusion prevention; Premium costs 365 more a month, and denies when chosen.",
    expires: HALF_YEARLY,
    in: EVERYWHERE,
    at: [FIREWALL_POLICY],
  }),
];
