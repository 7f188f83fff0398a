import { z } from "zod";
import { parseRange } from "./ranges";

/**
 * What a user may say about an environment. Each field carries one sentence of documentation, which is also what
 * a person is asked when the value is still a marker (see `markers.ts`). Messages read "must be Y (why)"; `check.ts`
 * puts the path and the value in front of them. Rules that span fields are in `rules.ts`.
 */

const text = (pattern: RegExp, must: string) => z.string(must).regex(pattern, must);
const integer = (least: number, most: number, why: string) => {
  const must = `must be a whole number from ${least} to ${most} (${why})`;
  return z.int(must).min(least, must).max(most, must);
};
/** One fixed value of a union's discriminator, or a word of a closed list. */
const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, `must be one of ${values.join(", ")}`);
/** An object that takes no other key; `why` tells the user of a misplaced one what to do. */
const shape = <T extends z.ZodRawShape>(fields: T, why = "no such field; environments/environment.ts lists them") =>
  z.strictObject(fields, {
    error: (issue) => (issue.code === "unrecognized_keys" ? `must be absent (${why})` : "must be an object"),
  });
const union = <const T extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  key: string,
  values: string,
  options: T,
) => z.discriminatedUnion(key, options, { error: () => `must say ${key}: ${values}` });

const uuid = (of: string) => z.guid(`must be a UUID (${of})`);
const mail = z.email("must be an e-mail address (alerts go there)");
const host = text(
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
  "must be a lower-case DNS host name (it becomes a route and a certificate)",
);
const range = z.string("must be an IPv4 range such as 10.40.0.0/16").superRefine((cidr, context) => {
  const parsed = parseRange(cidr);
  if ("fault" in parsed) context.addIssue({ code: "custom", message: parsed.fault });
});
const date = z.iso.date("must be a date such as 2026-12-01 (a literal: synthesis reads no clock)");
const gitHubName = text(/^[A-Za-z0-9_.-]+$/, "must be a GitHub name (federation compares it letter by letter)");
const gitHubId = integer(1, Number.MAX_SAFE_INTEGER, "GitHub's numeric id: gh api repos/OWNER/NAME --jq .id");

const CAP = 'must be a number of GB above 0, or "none" (ingestion stops at it)';

const window = shape({
  dayOfWeek: oneOf(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]).describe(
    "The day on which the window opens.",
  ),
  startTime: text(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:00").describe("The hour it opens."),
  utcOffset: text(/^[+-]\d{2}:\d{2}$/, "must be an offset such as -05:00").describe(
    "The offset of that hour from UTC.",
  ),
  durationHours: integer(4, 24, "AKS refuses a window under four hours").describe("How long it stays open, in hours."),
});

const nodePool = shape({
  name: text(
    /^[a-z][a-z0-9]{0,11}$/,
    "must be 1 to 12 lower-case letters or digits, a letter first (AKS limit for Linux pools)",
  ).describe("The pool's name; a rotation adds a pool with a new name, then removes the old one."),
  mode: oneOf(["System", "User"]).describe("System for AKS's own pods (tainted), User for MMRV."),
  vmSize: text(
    /^Standard_[A-Z][A-Za-z0-9-]*_v\d+$/,
    "must be a VM size such as Standard_D4ds_v5 (the exact SKU name)",
  ).describe("The VM size; it needs a local disk, because the OS disk is ephemeral."),
  osDiskGb: integer(30, 2048, "AKS takes 30 to 2,048 GB").describe(
    "The ephemeral OS disk, in GB; it must fit on the local disk.",
  ),
  minCount: integer(1, 1000, "the autoscaler's lower bound; AKS takes up to 1,000 nodes").describe("The least nodes."),
  maxCount: integer(1, 1000, "the autoscaler's upper bound; AKS takes up to 1,000 nodes").describe("The most nodes."),
});

const runnerSubnet = { addressPrefix: range.describe("The range of the runner's subnet, inside the network.") };

export const environmentSchema = shape({
  name: text(
    /^[a-z][a-z0-9-]*[a-z0-9]$/,
    "must be lower-case letters, digits and inner hyphens (it is part of every name and stack)",
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
  region: text(/^[a-z]+[a-z0-9]*$/, "must be a region's short name such as eastus2").describe("The Azure region."),
  pairedRegion: text(/^[a-z]+[a-z0-9]*$/, "must be a region's short name such as centralus").describe(
    "The region that takes over in a disaster, and the registry's replica.",
  ),
  zones: z
    .array(oneOf(["1", "2", "3"]), "must be a list of availability zones")
    .describe("Availability zones of nodes and public addresses; empty where the region has none."),
  addressPlan: shape({
    network: range.describe("The virtual network."),
    nodes: range.describe("The subnet of the nodes: one address a node, pods have their own range."),
    apiServer: range.describe("The subnet that the API server is projected into; /28 or larger."),
    privateEndpoints: range.describe("The subnet of private endpoints."),
    pods: range.describe("The overlay's pods; /24 of it goes to each node."),
    services: range.describe("Kubernetes services; outside the network."),
  }).describe("The IPv4 ranges."),
  adminGroupObjectIds: z
    .array(uuid("az ad group show --group NAME --query id"), "must be a list of group object ids")
    .min(1, "must be at least one group (local accounts are off: without one nobody can repair the cluster)")
    .describe("The Entra groups whose members administer the cluster: az ad group show --group NAME --query id."),
  access: union("via", "authorizedRanges or private", [
    shape(
      {
        via: z.literal("authorizedRanges").describe("From the internet, from these ranges only."),
        ranges: z
          .array(range, "must be a list of IPv4 ranges")
          .min(1, "must be at least one range (with none the API server answers nobody, not even a deployment)")
          .max(200, "must be at most 200 ranges (AKS limit)")
          .describe(
            "The public ranges of your office, VPN and runners, which may reach the API server and the vaults.",
          ),
      },
      "a public API server is filtered by ranges and by nothing else",
    ),
    shape(
      { via: z.literal("private").describe("From inside the network only.") },
      "a private API server has no public address to filter",
    ),
  ]).describe("Who reaches the API server, the vaults and a Premium registry; a Standard registry has no filter."),
  kubernetes: shape({
    version: text(/^1\.\d{1,2}(\.\d{1,3})?$/, "must be a Kubernetes version such as 1.35").describe(
      "The minor version; patches float inside the maintenance window.",
    ),
    upgradeChannel: oneOf(["patch", "none"]).describe("Whether AKS installs patches by itself."),
    tier: oneOf(["Free", "Standard"]).describe("Standard buys the uptime SLA of the API server."),
    costAnalysis: z
      .boolean("must be true or false")
      .describe("Cost by namespace in the portal; needs the Standard tier."),
  }).describe("The control plane."),
  nodePools: z
    .array(nodePool, "must be a list of node pools")
    .describe("The node pools: exactly one System and at least one User pool."),
  egress: union("via", "loadBalancer or natGateway", [
    shape(
      {
        via: z.literal("loadBalancer").describe("Through the cluster's load balancer."),
        address: oneOf(["own", "managed", "unset"]).describe(
          "own for our egress address; managed and unset only while moving to and from another shape (docs/egress.md).",
        ),
      },
      "the load balancer has an address and nothing else",
    ),
    shape(
      {
        via: z.literal("natGateway").describe("Through a NAT gateway: more connections at once."),
        idleTimeoutMinutes: integer(4, 120, "Azure's limits").describe(
          "How long an idle connection is kept, in minutes.",
        ),
      },
      "a NAT gateway has an idle timeout and nothing else",
    ),
  ]).describe("How traffic leaves; the public egress address is the same in every shape."),
  registry: union("tier", "Standard or Premium", [
    shape({ tier: z.literal("Standard").describe("Public, without a filter.") }, "only the Premium tier has it"),
    shape({
      tier: z.literal("Premium").describe("Private, or filtered by the ranges of access."),
      untaggedRetentionDays: integer(1, 365, "Azure's limits").describe(
        "How long an untagged manifest is kept, in days.",
      ),
      dedicatedDataEndpoint: z
        .boolean("must be true or false")
        .describe("Layers from a host of our own, for firewalls."),
      replica: z.boolean("must be true or false").describe("A replica in the paired region."),
    }),
  ]).describe("The container registry's tier and what comes with it."),
  vaults: shape({
    softDeleteDays: integer(7, 90, "Azure's limits").describe(
      "How long a deleted vault or secret can be recovered, in days.",
    ),
    purgeProtection: z
      .boolean("must be true or false")
      .describe("Irreversible once on: nobody can purge before that time."),
  }).describe("The applications' key vaults."),
  hostEncryption: z
    .boolean("must be true or false")
    .describe("Encrypts node disks at the host; needs the feature EncryptionAtHost on the subscription."),
  imageCleanerHours: integer(24, 2160, "AKS limits").describe(
    "How often unused images are removed from nodes, in hours.",
  ),
  logs: shape({
    retentionDays: integer(30, 730, "Log Analytics' limits").describe("How long logs are kept, in days."),
    dailyCapGb: z
      .union([z.number().positive(CAP), z.literal("none")], CAP)
      .describe("Ingestion stops at this many GB a day; none for no cap."),
  }).describe("The Log Analytics workspace."),
  budget: shape({
    monthlyLimit: z
      .number("must be a number above 0")
      .positive("must be a number above 0 (a budget of nothing alarms for ever)")
      .describe("The month's limit, in the currency of the billing account."),
    startDate: date.describe("Frozen at the first apply: the first day of the month in which the budget begins."),
    contactEmails: z
      .array(mail, "must be a list of e-mail addresses")
      .min(1, "must be at least one address (someone has to read the alarm)")
      .describe("Who is told."),
  }).describe("The monthly budget of the environment's resource groups."),
  alertEmails: z
    .array(mail, "must be a list of e-mail addresses")
    .min(1, "must be at least one address (someone has to be called)")
    .describe("Who is told when something breaks."),
  maintenance: shape({
    cluster: window.describe("When AKS may patch the control plane."),
    nodes: window.describe("When AKS may replace node images."),
    freezes: z
      .array(
        shape({
          from: date.describe("The first day without maintenance."),
          to: date.describe("The last day without maintenance."),
          reason: z.string("must be a text").min(1, "must be a text").describe("Why."),
        }),
        "must be a list of freezes",
      )
      .describe("Days on which no maintenance happens."),
  }).describe("Maintenance windows and freezes."),
  runner: union("kind", "none, gitHub or agent", [
    shape({ kind: z.literal("none").describe("Nobody inside.") }, "without a runner there is no subnet for it"),
    shape({ kind: z.literal("gitHub").describe("GitHub-hosted runners."), ...runnerSubnet }),
    shape({ kind: z.literal("agent").describe("An HCP Terraform agent."), ...runnerSubnet }),
  ]).describe(
    "Who runs inside the network: nobody, GitHub-hosted runners injected into a subnet, or an HCP Terraform agent.",
  ),
  deletionGuard: z
    .boolean("must be true or false")
    .describe(
      "Refuses to destroy registry, vaults, cluster, network and public addresses; off is the first step of a teardown.",
    ),
  locks: z
    .boolean("must be true or false")
    .describe("Azure locks on registry, vaults and public addresses, against deletion in the portal and the CLI."),
  gitHub: shape({
    owner: gitHubName.describe("The organization that owns the repositories."),
    ownerId: gitHubId
      .optional()
      .describe("Its numeric id, for repositories created after 15 July 2026: gh api orgs/OWNER --jq .id."),
    backend: shape({
      repository: gitHubName.describe("The repository."),
      repositoryId: gitHubId.optional().describe("Its numeric id."),
    }).describe("The backend's repository."),
    frontend: shape({
      repository: gitHubName.describe("The repository."),
      repositoryId: gitHubId.optional().describe("Its numeric id."),
    }).describe("The frontend's repository."),
  }).describe("Where the code is; pipelines log in to Azure by federation with it."),
  domains: shape({
    backend: host.describe("The backend's public host name."),
    frontend: host.describe("The frontend's public host name."),
  }).describe("The public host names."),
  aws: shape({
    accountId: text(/^\d{12}$/, "must be twelve digits (aws sts get-caller-identity)").describe(
      "The AWS account that MMRV comes from: aws sts get-caller-identity.",
    ),
    region: text(/^[a-z]{2}-[a-z]+-\d$/, "must be an AWS region such as us-east-1").describe("The AWS region."),
    vpcCidrs: z
      .array(range, "must be a list of IPv4 ranges")
      .describe("The ranges of the AWS networks that MMRV talks to; ours must not overlap them."),
  }).describe("Where MMRV comes from, and what it keeps talking to."),
});

export type Environment = z.infer<typeof environmentSchema>;
export type MaintenanceWindow = Environment["maintenance"]["cluster"];
