import { z } from "zod";
import { budget, integer, mail, oneOf, strictObject, text, uuid } from "./fields";
import { applicationSchema } from "./schema/application";
import { aws } from "./schema/aws";
import { kubernetes, maintenance, nodePools } from "./schema/cluster";
import { database } from "./schema/database";
import { gitOps } from "./schema/git-ops";
import { dns, domains, gitHub } from "./schema/migration";
import { access, addressPlan, egress, runner } from "./schema/network";
import { images, logs, registry, vaults } from "./schema/services";

/**
 * What a user may say about an environment. Each field carries one sentence of documentation, which is also what
 * a person is asked when the value is still a marker (see `markers.ts`). `rules/issue.ts` puts the path and the value in
 * front of a message. Rules that span fields are in `rules/`, and listed in `rules.ts`.
 */
export const environmentSchema = strictObject({
  name: text(
    /^(?!.*--)(?!.*-(plan|promote)$)(?!bootstrap$)[a-z][a-z0-9-]{1,61}[a-z0-9]$/,
    'must be 3 to 63 lower-case letters, digits and single inner hyphens, not "bootstrap" and not ending in "-plan" or "-promote" (it names stacks, a storage container, and the GitHub environments NAME, NAME-plan and NAME-promote)',
  ).describe("The environment's name; the stacks are called <name>-infra and so on."),
  code: text(
    /^[a-z0-9]+$/,
    "must be lower-case letters or digits (registry and vault names take little else)",
  ).describe("The short form of the name, for names with tight limits."),
  suffix: text(
    /^[a-z0-9]{3,}$/,
    "must be 3 or more lower-case letters or digits (registry, vault and DNS names are global)",
  ).describe("Frozen at the first apply: it makes global names unique and must never change."),
  subscriptionId: uuid("az account show --query id")
    .optional()
    .describe("The subscription; when set, nobody can apply this environment into another one."),
  applications: z
    .array(applicationSchema, "must be a list of applications (environments/applications.ts)")
    .min(1, "must be at least one application (environments/applications.ts)")
    .describe("What it runs: environments/applications.ts, or those of them that it has."),
  region: text(/^[a-z]+[a-z0-9]*$/, "must be a region's short name such as eastus2").describe(
    "The Azure region; what each one has is in model/regions.ts.",
  ),
  pairedRegion: text(/^[a-z]+[a-z0-9]*$/, "must be a region's short name such as centralus").describe(
    "The region that takes over in a disaster, with the registry's replica. It need not be Azure's own pair of region (model/regions.ts), but the audit archive's copy (GZRS) goes to that one alone.",
  ),
  zones: z
    .array(oneOf(["1", "2", "3"]), "must be a list of availability zones")
    .refine((zones) => new Set(zones).size === zones.length, "must name each zone once (twice spreads no further)")
    .describe("Availability zones of nodes and public addresses; empty where the region has none (model/regions.ts)."),
  addressPlan,
  adminGroupObjectIds: z
    .array(uuid("az ad group show --group NAME --query id"), "must be a list of group object ids")
    .min(1, "must be at least one group (local accounts are off: without one nobody can repair the cluster)")
    .describe("The Entra groups whose members administer the cluster: az ad group show --group NAME --query id."),
  access,
  kubernetes,
  nodePools,
  egress,
  registry,
  images,
  thirdPartyFrom: oneOf(["upstream", "ownRegistry"]).describe(
    "Where charts and images of others come from: their own registries, or copies in ours (docs/third-party.md).",
  ),
  certificateAuthority: oneOf(["letsEncrypt", "letsEncryptStaging"]).describe(
    "Who signs certificates; letsEncryptStaging is trusted by nobody and has generous limits, for a first try.",
  ),
  vaults,
  podSecurity: oneOf(["Audit", "Deny"]).describe(
    "What Azure Policy does with a pod of MMRV that breaks the restricted standard; Deny after two clean weeks of Audit.",
  ),
  defender: z
    .boolean("must be true or false")
    .describe(
      "Defender's sensor on the nodes, with the subscription's plan (environments/bootstrap.ts), which is billed for each vCore; false keeps the sensor off the cluster by a tag, and Microsoft does not say that its vCores then cost nothing.",
    ),
  prometheus: z
    .boolean("must be true or false")
    .describe("Managed Prometheus with its alerts on nodes, pods, API server, quotas and certificates."),
  hostEncryption: z
    .boolean("must be true or false")
    .describe("Encrypts node disks at the host; needs the feature EncryptionAtHost on the subscription."),
  imageCleanerHours: integer(24, 2160, "AKS limits").describe(
    "How often unused images are removed from nodes, in hours.",
  ),
  logs,
  budget: budget.describe("The monthly budget of the environment's resource groups."),
  alertEmails: z
    .array(mail, "must be a list of e-mail addresses")
    .min(1, "must be at least one address (someone has to be called)")
    .describe("Who is told when something breaks."),
  maintenance,
  runner,
  deletionGuard: z
    .boolean("must be true or false")
    .describe(
      "Refuses to destroy registry, vaults, cluster, network, public addresses and Flux; off is the first step of a teardown.",
    ),
  locks: z
    .boolean("must be true or false")
    .describe(
      "Azure locks on registry, vaults, public addresses, Flux and what it is told, against deletion in the portal and the CLI.",
    ),
  gitHub,
  gitOps,
  database,
  dns,
  domains,
  aws,
});

export type Environment = z.infer<typeof environmentSchema>;
export type MaintenanceWindow = Environment["maintenance"]["cluster"];
