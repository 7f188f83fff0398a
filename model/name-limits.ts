import type { Names } from "./naming";

interface NameLimit {
  readonly what: string;
  readonly pattern: RegExp;
  readonly must: string;
}

/** Source: learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules (read 2026-11). */
const LIMITS = {
  resourceGroup: { what: "resource group", pattern: /^[\w.()-]{1,90}$/, must: "1 to 90 characters" },
  nodeResourceGroup: { what: "node resource group", pattern: /^[\w.()-]{1,80}$/, must: "1 to 80 characters (AKS)" },
  network: { what: "virtual network", pattern: /^[\w.-]{2,64}$/, must: "2 to 64 characters" },
  natGateway: { what: "NAT gateway", pattern: /^[\w.-]{1,80}$/, must: "1 to 80 characters" },
  actionGroup: { what: "action group", pattern: /^[\w.-]{1,260}$/, must: "1 to 260 characters" },
  firewall: { what: "firewall", pattern: /^[\w.-]{1,56}$/, must: "1 to 56 characters" },
  firewallPolicy: { what: "firewall policy", pattern: /^[\w.-]{1,80}$/, must: "1 to 80 characters" },
  storageAccount: {
    what: "storage account",
    pattern: /^[a-z0-9]{3,24}$/,
    must: "3 to 24 lower-case letters or digits",
  },
  address: { what: "public address", pattern: /^[\w.-]{1,80}$/, must: "1 to 80 characters" },
  dnsLabel: {
    what: "DNS label",
    pattern: /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/,
    must: "3 to 63 lower-case letters, digits, inner hyphens",
  },
  registry: { what: "registry", pattern: /^[a-z0-9]{5,50}$/, must: "5 to 50 lower-case letters or digits" },
  cluster: {
    what: "cluster",
    pattern: /^[a-zA-Z0-9][\w-]{0,61}[a-zA-Z0-9]$/,
    must: "1 to 63 letters, digits, hyphens",
  },
  clusterDnsPrefix: {
    what: "cluster DNS prefix",
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9-]{0,52}[a-zA-Z0-9]$/,
    must: "1 to 54 letters, digits, hyphens",
  },
  identity: {
    what: "managed identity",
    pattern: /^[a-zA-Z0-9][\w-]{2,127}$/,
    must: "3 to 128 letters, digits, hyphens",
  },
  // docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  awsRole: { what: "AWS role", pattern: /^[\w+=,.@-]{1,64}$/, must: "1 to 64 characters" },
  vault: {
    what: "key vault",
    pattern: /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
    must: "3 to 24 letters, digits, single hyphens",
  },
  workspace: {
    what: "Log Analytics workspace",
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/,
    must: "4 to 63 letters, digits, hyphens",
  },
  rule: { what: "data collection rule", pattern: /^[\w.-]{3,64}$/, must: "3 to 64 characters" },
  // The API's own pattern (Microsoft.Monitor/accounts 2023-04-03); no length is published.
  monitorWorkspace: {
    what: "Azure Monitor workspace",
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]$/,
    must: "letters, digits, inner hyphens",
  },
  // Microsoft's own template cuts its name at 44 (Azure/prometheus-collector, AddonTerraformTemplate/main.tf).
  dataCollectionEndpoint: {
    what: "data collection endpoint",
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9-]{1,42}[a-zA-Z0-9]$/,
    must: "3 to 44 letters, digits, inner hyphens",
  },
  actionGroupShort: { what: "action group's short name", pattern: /^.{1,12}$/, must: "1 to 12 characters" },
  budget: { what: "budget", pattern: /^[\w-]{1,63}$/, must: "1 to 63 letters, digits, hyphens" },
} satisfies Record<string, NameLimit>;

/** A name that breaks a limit of Azure's: the finished one, what it must be, and by how many characters it is too long. */
export interface NameIssue {
  readonly got: string;
  readonly must: string;
  readonly excess: number;
}

/**
 * Every name of an environment that Azure or AWS would refuse; none when all are within their limits.
 * @param applications the names of its applications
 */
export function nameIssues(names: Names, applications: readonly string[]): NameIssue[] {
  const checks: [NameLimit, string][] = [
    [LIMITS.resourceGroup, names.resourceGroup],
    [LIMITS.nodeResourceGroup, names.nodeResourceGroup],
    [LIMITS.network, names.network],
    [LIMITS.natGateway, names.natGateway],
    [LIMITS.firewall, names.firewall],
    [LIMITS.firewallPolicy, names.firewallPolicy],
    [LIMITS.storageAccount, names.auditArchive],
    [LIMITS.address, names.furtherEgressAddress(16)],
    [LIMITS.address, names.firewallAddress],
    [LIMITS.address, names.runnerAddress],
    [LIMITS.address, names.gatewayAddress],
    [LIMITS.dnsLabel, names.gatewayDnsLabel],
    [LIMITS.registry, names.registry],
    [LIMITS.cluster, names.cluster],
    [LIMITS.clusterDnsPrefix, names.clusterDnsPrefix],
    ...[
      names.clusterIdentity,
      names.kubeletIdentity,
      names.planIdentity,
      names.deployIdentity,
      names.promoteIdentity,
      names.gitOpsIdentity,
      names.gitOpsAlertsIdentity,
    ].map((name): [NameLimit, string] => [LIMITS.identity, name]),
    ...applications.flatMap((application): [NameLimit, string][] => [
      [LIMITS.identity, names.applicationIdentity(application)],
      [LIMITS.identity, names.pushIdentity(application)],
      [LIMITS.vault, names.vault(application)],
      [LIMITS.awsRole, names.awsRole(application)],
      [LIMITS.awsRole, names.awsPushRole(application)],
    ]),
    [LIMITS.vault, names.gitOpsVault],
    [LIMITS.awsRole, names.awsDnsRole],
    [LIMITS.workspace, names.workspace],
    [LIMITS.rule, names.dataCollectionRule],
    [LIMITS.monitorWorkspace, names.monitorWorkspace],
    [LIMITS.dataCollectionEndpoint, names.dataCollectionEndpoint],
    [LIMITS.rule, names.metricsRule],
    [LIMITS.actionGroup, names.actionGroup],
    [LIMITS.actionGroupShort, names.actionGroupShort],
    [LIMITS.budget, names.budget],
  ];
  return checks
    .filter(([limit, name]) => !limit.pattern.test(name))
    .map(([{ what, must }, name]) => ({
      got: `${what} "${name}" of ${name.length} characters`,
      must: `must be ${must} (Azure's limit; shorten name, code, suffix or the application)`,
      excess: name.length - Number(/ to (\d+) /.exec(must)?.[1] ?? name.length),
    }));
}
