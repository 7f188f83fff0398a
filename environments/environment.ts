import { z } from "zod";
import {
  budget,
  date,
  gitHubId,
  gitHubName,
  host,
  integer,
  mail,
  oneOf,
  range,
  shape,
  text,
  union,
  uuid,
} from "./fields";

/**
 * What a user may say about an environment. Each field carries one sentence of documentation, which is also what
 * a person is asked when the value is still a marker (see `markers.ts`). `check.ts` puts the path and the value in front
 * of a message. Rules that span fields are in `rules.ts`.
 */

/** From nobody moved to AWS switched off; `canary` is the first user on Azure, `full` the last. */
export const CUTOVER_STAGES = ["off", "adopt", "ready", "canary", "ramp", "full", "drained", "retired"] as const;

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

const natGateway = {
  addresses: integer(1, 16, "a NAT gateway's limit").describe(
    "How many public addresses traffic leaves from, 64,512 ports each; all of them belong in allow-lists.",
  ),
  idleTimeoutMinutes: integer(4, 120, "Azure's limits").describe("How long an idle connection is kept, in minutes."),
};

const outboundHost = text(
  /^(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
  "must be a lower-case host name; a leading *. stands for every name below it",
);

const existing = (what: string) => ({
  resourceGroup: text(/^[\w.()-]{1,90}$/, "must be the name of a resource group, without its path").describe(
    `The resource group of ${what}.`,
  ),
  name: text(/^[\w.-]{1,80}$/, "must be a name, without its path").describe(`The name of ${what}.`),
});

const databaseServer = {
  kind: oneOf(["postgresqlFlexible", "mysqlFlexible", "sql"]).describe(
    "What it is: PostgreSQL or MySQL flexible server, or Azure SQL.",
  ),
  ...existing("the server"),
};

const stage = oneOf(CUTOVER_STAGES);

const repository = (what: string) =>
  shape({
    repository: gitHubName.describe(`The name of ${what}.`),
    repositoryId: gitHubId.optional().describe("Its numeric id: gh api repos/OWNER/NAME --jq .id."),
  }).describe(`Which is ${what}.`);

const runnerSubnet = { addressPrefix: range.describe("The range of the runner's subnet, inside the network.") };

export const environmentSchema = shape({
  name: text(
    /^(?!.*--)(?!.*-plan$)(?!bootstrap$)[a-z][a-z0-9-]{1,61}[a-z0-9]$/,
    'must be 3 to 63 lower-case letters, digits and single inner hyphens, not "bootstrap" and not ending in "-plan" (it names stacks, a storage container, and the GitHub environments NAME and NAME-plan)',
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
    firewall: range.describe("The firewall's subnet, /26 or larger; kept free while traffic leaves another way."),
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
  egress: union("via", "loadBalancer, natGateway or firewall", [
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
        ...natGateway,
      },
      "a NAT gateway has addresses and an idle timeout, nothing else",
    ),
    shape(
      {
        via: z
          .literal("firewall")
          .describe("Through Azure Firewall, which lets out only what is listed, and a NAT gateway behind it."),
        ...natGateway,
        tier: oneOf(["Standard", "Premium"]).describe(
          "Premium adds intrusion prevention; Basic has no DNS proxy, which rules by host name need.",
        ),
        routing: oneOf(["prepared", "active"]).describe(
          "prepared builds the firewall while nodes still use the NAT gateway; active sends them through it (docs/egress.md).",
        ),
        gatewayIp: z
          .ipv4("must be an IPv4 address such as 10.40.3.250 (the firewall sends users there)")
          .describe("The gateway's private address, in addressPlan.nodes; AKS counts from the other end."),
        hosts: z
          .array(outboundHost, "must be a list of host names")
          .describe("What MMRV calls on the internet besides aws.endpoints: mail, payments, error tracking."),
      },
      "the firewall has no such setting; environments/environment.ts lists them",
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
  podSecurity: oneOf(["Audit", "Deny"]).describe(
    "What Azure Policy does with a pod of MMRV that breaks the restricted standard; Deny after two clean weeks of Audit.",
  ),
  defender: z
    .boolean("must be true or false")
    .describe("Defender's sensor on the nodes; the subscription's plan is in environments/bootstrap.ts."),
  prometheus: z
    .boolean("must be true or false")
    .describe("Managed Prometheus with its alerts on nodes, pods, API server, quotas and certificates."),
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
    controlPlane: z
      .array(
        z.enum(
          ["kube-audit-admin", "guard", "kube-controller-manager", "cluster-autoscaler", "kube-apiserver"],
          "must be one of kube-audit-admin, guard, kube-controller-manager, cluster-autoscaler, kube-apiserver (kube-audit goes to auditArchive)",
        ),
        "must be a list of AKS log categories",
      )
      .describe("The control plane's logs that go to the workspace; kube-audit-admin is the audit log without reads."),
    auditArchive: union("to", "none or storage", [
      shape({ to: z.literal("none").describe("Reads are not kept.") }, "without an archive nothing is kept"),
      shape({
        to: z
          .literal("storage")
          .describe("Every request to the API server, reads too, as blobs: a fifth of the price."),
        days: integer(1, 3650, "ten years at most").describe("How long the archive is kept, in days."),
      }),
    ]).describe("Where the whole audit log (kube-audit) goes."),
    warnAtGbPerDay: z
      .number("must be a number of GB above 0")
      .positive("must be a number of GB above 0 (every day would alarm)")
      .describe("An alert tells when a day's ingestion is above this."),
  }).describe("The Log Analytics workspace."),
  budget: budget.describe("The monthly budget of the environment's resource groups."),
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
          reason: z.string("must be a text").min(1, "must be a text").describe("Why, for whoever wonders."),
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
    infrastructure: repository("the repository of this program; its pipelines plan and deploy"),
    backend: repository("the backend's repository"),
    frontend: repository("the frontend's repository"),
  }).describe("Where the code is; pipelines log in to Azure by federation with it."),
  database: union("via", "none, privateEndpoint, firewallRule or peering", [
    shape(
      { via: z.literal("none").describe("MMRV reaches no database by itself.") },
      "there is no database to describe",
    ),
    shape({
      via: z
        .literal("privateEndpoint")
        .describe(
          "A private address of the server in our network; a flexible server that is injected into a network takes none.",
        ),
      server: shape({
        ...databaseServer,
        subscriptionId: uuid("az account show --query id")
          .optional()
          .describe("Its subscription, when it is not ours: then approval is manual."),
      }).describe("The server."),
      approval: oneOf(["automatic", "manual"]).describe(
        "automatic when we may approve on the server; manual when its owner accepts the request.",
      ),
    }),
    shape({
      via: z
        .literal("firewallRule")
        .describe("The server's public address; its firewall lets our egress addresses in."),
      server: shape(databaseServer).describe("The server."),
    }),
    shape({
      via: z
        .literal("peering")
        .describe("A flexible server that is injected into a network of its own, which is peered with ours."),
      server: shape({
        ...databaseServer,
        kind: oneOf(["postgresqlFlexible", "mysqlFlexible"]).describe("What it is; Azure SQL is in no network."),
      }).describe("The server."),
      network: shape({
        ...existing("the server's network"),
        cidrs: z
          .array(range, "must be a list of IPv4 ranges")
          .min(1, "must be at least one range (they must not overlap ours)")
          .describe("Its ranges."),
      }).describe("The server's network."),
      privateDnsZone: shape(existing("the private DNS zone that holds the server's name")).describe(
        "The private DNS zone of the server.",
      ),
    }),
  ]).describe("How MMRV reaches the database that already lives in Azure; it is never created or changed here."),
  cutover: shape({
    backend: stage.describe("How far the backend's users have moved."),
    frontend: stage.describe("How far the frontend's users have moved."),
    egress: oneOf(["loadBalancer", "natGateway", "firewall"])
      .optional()
      .describe(
        "Needed from canary to full: the egress that the first users met; it stays until the last has moved. A review is the guard against changing both at once.",
      ),
  }).describe("How far users have moved from AWS."),
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
    endpoints: z
      .array(outboundHost, "must be a list of host names")
      .describe(
        "The AWS endpoints that MMRV keeps calling, such as sqs.us-east-1.amazonaws.com; a firewall lets them pass.",
      ),
  }).describe("Where MMRV comes from, and what it keeps talking to."),
});

export type Environment = z.infer<typeof environmentSchema>;
export type MaintenanceWindow = Environment["maintenance"]["cluster"];
