import { z } from "zod";

const DAY = 86_400_000;

/** The day of the last review of this list. The next review moves it on, together with the dates that it renews. */
export const REVIEWED_ON = "2026-11-22";

/** How long an exception may last after a review, in days. */
const LONGEST_DAYS = 365;

/** One finding of checkov that we live with. A reviewer merges it; `npm run mmrv -- security` reads it. */
export const exceptionSchema = z
  .strictObject({
    check: z.string().regex(/^CKV2?_[A-Z]+_\d+$/, "must be a check of checkov such as CKV_AZURE_117"),
    /** The stack, because staging and production have the same addresses. */
    stack: z.string().min(1),
    /** The Terraform address, as synthesized. */
    address: z.string().regex(/^(data\.)?\w+\.[\w-]+$/, "must be a Terraform address"),
    /** For somebody who reviews security and does not know this program. */
    reason: z.string().regex(/^[A-Z][^\n]{30,}[^.]\.$/, "must be one plain sentence"),
    /** The last day on which it counts. */
    expires: z.iso.date("must be a day such as 2027-05-31"),
  })
  .refine(({ expires }) => Date.parse(expires) - Date.parse(REVIEWED_ON) <= LONGEST_DAYS * DAY, {
    path: ["expires"],
    error: `must be at most ${LONGEST_DAYS} days after the last review, ${REVIEWED_ON}`,
  });

export type Exception = z.infer<typeof exceptionSchema>;

interface Grounds {
  readonly reason: string;
  readonly expires: string;
  /** Addresses by stack. */
  readonly at: Readonly<Record<string, readonly string[]>>;
}

function except(check: string, { reason, expires, at }: Grounds): Exception[] {
  return Object.entries(at).flatMap(([stack, addresses]) =>
    addresses.map((address) => ({ check, stack, address, reason, expires })),
  );
}

const REGISTRY = "azurerm_container_registry.registry";
const CLUSTER = "azurerm_kubernetes_cluster.cluster";
const VAULTS = ["azurerm_key_vault.backend-ground_vault_29897FE0", "azurerm_key_vault.frontend-ground_vault_FC91FE9D"];
const FIREWALL_POLICY = "azurerm_firewall_policy.egress_firewall_policy_6338EE66";
const FIREWALL_DNS = "azurerm_virtual_network_dns_servers.egress_firewall_dns_888F1DA3";
const OPEN_HTTP = "azurerm_network_security_rule.network_nodes_gateway_D0ABE6C7";
const ARCHIVE = "azurerm_storage_account.audit-archive";
const STATES = "azurerm_storage_account.states";

/** The decision is about how Azure works, and is looked at once a year. */
const YEARLY = "2027-11-22";
/** The decision weighs a price or somebody's plan, and is looked at twice a year. */
const HALF_YEARLY = "2027-05-31";

/** How many there are. The list can only shrink: whoever takes entries away lowers this number with them. */
export const CEILING = 34;

export const exceptions: readonly Exception[] = [
  // What no environment has.
  ...except("CKV_AZURE_117", {
    reason: "OS disks are ephemeral and hold nothing of MMRV, so a disk key of our own would add a way to lose nodes.",
    expires: YEARLY,
    at: { "staging-infra": [CLUSTER], "production-infra": [CLUSTER] },
  }),
  ...except("CKV_AZURE_160", {
    reason: "Port 80 is open at the gateway's address alone, so that the gateway can send users on to HTTPS.",
    expires: HALF_YEARLY,
    at: { "staging-infra": [OPEN_HTTP], "production-infra": [OPEN_HTTP] },
  }),
  ...except("CKV_AZURE_164", {
    reason: "Docker Content Trust is being retired by Azure until March 2028, and images are deployed by digest.",
    expires: YEARLY,
    at: { "staging-infra": [REGISTRY], "production-infra": [REGISTRY] },
  }),
  ...except("CKV_AZURE_166", {
    reason: "Quarantine blocks every pull until a scanner releases the image, and no scanner of ours does that.",
    expires: YEARLY,
    at: { "staging-infra": [REGISTRY], "production-infra": [REGISTRY] },
  }),
  ...except("CKV_AZURE_33", {
    reason: "The account holds blobs only, so there is no queue whose requests could be logged.",
    expires: YEARLY,
    at: { bootstrap: [STATES], "production-infra": [ARCHIVE] },
  }),
  ...except("CKV2_AZURE_1", {
    reason: "Azure's keys encrypt the account twice, and with a key of our own its loss would be the loss of the data.",
    expires: YEARLY,
    at: { bootstrap: [STATES], "production-infra": [ARCHIVE] },
  }),

  // The storage of the states.
  ...except("CKV_AZURE_59", {
    reason: "GitHub's and HCP Terraform's runners have no fixed address, and Entra is the only way in.",
    expires: HALF_YEARLY,
    at: { bootstrap: [STATES] },
  }),
  ...except("CKV2_AZURE_33", {
    reason: "The states are read before any network exists from which a private endpoint could be reached.",
    expires: YEARLY,
    at: { bootstrap: [STATES] },
  }),
  ...except("CKV2_AZURE_21", {
    reason: "The check wants a resource that logs with an account key, and account keys are switched off.",
    expires: YEARLY,
    at: {
      bootstrap: [
        "azurerm_storage_container.states_container-bootstrap_2FBAA6FB",
        "azurerm_storage_container.states_container-production_7F26DE36",
        "azurerm_storage_container.states_container-staging_5F89F06E",
      ],
    },
  }),

  // What staging saves; prices in USD a month, East US 2.
  ...except("CKV_AZURE_115", {
    reason:
      "Staging is reached from the office's ranges; private, it would need a runner inside and a NAT gateway (33).",
    expires: HALF_YEARLY,
    at: { "staging-infra": [CLUSTER] },
  }),
  ...except("CKV_AZURE_170", {
    reason: "The Free tier has no uptime SLA, which nobody needs of staging; the Standard tier costs 73.",
    expires: HALF_YEARLY,
    at: { "staging-infra": [CLUSTER] },
  }),
  ...except("CKV_AZURE_139", {
    reason: "Staging's Standard registry has no network filter and no anonymous pull; Premium costs 30 more.",
    expires: HALF_YEARLY,
    at: { "staging-infra": [REGISTRY] },
  }),
  ...except("CKV_AZURE_165", {
    reason: "Staging's images can be built again in another region; Premium and a replica cost 80 more.",
    expires: HALF_YEARLY,
    at: { "staging-infra": [REGISTRY] },
  }),
  ...except("CKV_AZURE_167", {
    reason: "The Standard tier keeps untagged manifests, which cost cents and expose nothing; Premium costs 30 more.",
    expires: HALF_YEARLY,
    at: { "staging-infra": [REGISTRY] },
  }),
  ...except("CKV_AZURE_233", {
    reason: "Staging may wait while a zone is down and its images can be built again; Premium costs 30 more.",
    expires: HALF_YEARLY,
    at: { "staging-infra": [REGISTRY] },
  }),
  ...except("CKV_AZURE_237", {
    reason:
      "Staging's layers come from Azure's shared storage hosts; a data endpoint needs Premium, which costs 30 more.",
    expires: HALF_YEARLY,
    at: { "staging-infra": [REGISTRY] },
  }),
  ...except("CKV_AZURE_42", {
    reason: "Staging is torn down and built again under the same names; deleted vaults are recoverable for seven days.",
    expires: HALF_YEARLY,
    at: { "staging-infra": VAULTS },
  }),
  ...except("CKV_AZURE_110", {
    reason: "Staging is torn down and built again under the same names, and purge protection cannot be taken back.",
    expires: HALF_YEARLY,
    at: { "staging-infra": VAULTS },
  }),
  ...except("CKV2_AZURE_32", {
    reason:
      "Staging's vaults answer listed ranges only; a private endpoint costs 7 each, and a runner inside to use it.",
    expires: HALF_YEARLY,
    at: { "staging-infra": VAULTS },
  }),

  // With egress through Azure Firewall only.
  ...except("CKV_AZURE_182", {
    reason: "The firewall is the network's one DNS server by design, and runs in every zone of the environment.",
    expires: YEARLY,
    at: { "staging-infra": [FIREWALL_DNS], "production-infra": [FIREWALL_DNS] },
  }),
  ...except("CKV_AZURE_220", {
    reason: "The Standard tier has no intrusion prevention; Premium costs 365 more a month, and denies when chosen.",
    expires: HALF_YEARLY,
    at: { "staging-infra": [FIREWALL_POLICY], "production-infra": [FIREWALL_POLICY] },
  }),
];
