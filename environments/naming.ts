import type { Environment } from "./environment";

/** The two applications of MMRV; each has its own identity, vault and image repository. */
export const APPLICATIONS = ["backend", "frontend"] as const;
export type Application = (typeof APPLICATIONS)[number];

const perApplication = <T>(make: (application: Application) => T): Record<Application, T> => ({
  backend: make("backend"),
  frontend: make("frontend"),
});

/** What phase 0 leaves in the subscription, before any environment. */
export const BOOTSTRAP_RESOURCE_GROUP = "rg-mmrv-bootstrap";

/**
 * Every name of an environment: a pure function of its `name`, `code` and frozen `suffix`, and so the contract
 * between stacks. A consumer computes the name and looks the thing up. Prefixes are those of Microsoft's Cloud
 * Adoption Framework (learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-abbreviations).
 */
export function namesOf({ name, code, suffix }: Pick<Environment, "name" | "code" | "suffix">) {
  const base = `mmrv-${name}`;
  return {
    resourceGroup: `rg-${base}`,
    nodeResourceGroup: `rg-${base}-nodes`,
    network: `vnet-${base}`,
    subnets: {
      nodes: "snet-nodes",
      apiServer: "snet-api-server",
      privateEndpoints: "snet-private-endpoints",
      runner: "snet-runner",
    },
    natGateway: `ng-${base}`,
    egressAddress: `pip-${base}-egress`,
    gatewayAddress: `pip-${base}-gateway`,
    /** Answers as `<label>.<region>.cloudapp.azure.com`. */
    gatewayDnsLabel: `${base}-${suffix}`,
    registry: `crmmrv${code}${suffix}`,
    cluster: `aks-${base}`,
    clusterDnsPrefix: base,
    // With the suffix, because names of role assignments are made from them and must be unique in the tenant.
    clusterIdentity: `id-${base}-cluster-${suffix}`,
    kubeletIdentity: `id-${base}-kubelet-${suffix}`,
    deployIdentity: `id-${base}-deploy-${suffix}`,
    applicationIdentities: perApplication((application) => `id-${base}-${application}-${suffix}`),
    pushIdentities: perApplication((application) => `id-${base}-push-${application}-${suffix}`),
    vaults: perApplication((application) => `kv-${application}-${code}-${suffix}`),
    workspace: `log-${base}`,
    dataCollectionRule: `dcr-${base}-containers`,
    actionGroup: `ag-${base}`,
    /** The sender's name in messages; Azure takes twelve characters. */
    actionGroupShort: `mmrv-${code}`,
    budget: `budget-${base}`,
  };
}

export type Names = ReturnType<typeof namesOf>;

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
  actionGroupShort: { what: "action group's short name", pattern: /^.{1,12}$/, must: "1 to 12 characters" },
  budget: { what: "budget", pattern: /^[\w-]{1,63}$/, must: "1 to 63 letters, digits, hyphens" },
} satisfies Record<string, NameLimit>;

/** The names that break a limit of Azure's, with the finished name. */
export function nameFaults(names: Names): { got: string; must: string }[] {
  const checks: [NameLimit, string][] = [
    [LIMITS.resourceGroup, names.resourceGroup],
    [LIMITS.nodeResourceGroup, names.nodeResourceGroup],
    [LIMITS.network, names.network],
    [LIMITS.natGateway, names.natGateway],
    [LIMITS.address, names.egressAddress],
    [LIMITS.address, names.gatewayAddress],
    [LIMITS.dnsLabel, names.gatewayDnsLabel],
    [LIMITS.registry, names.registry],
    [LIMITS.cluster, names.cluster],
    [LIMITS.clusterDnsPrefix, names.clusterDnsPrefix],
    ...[names.clusterIdentity, names.kubeletIdentity, names.deployIdentity].map((name): [NameLimit, string] => [
      LIMITS.identity,
      name,
    ]),
    ...Object.values(names.applicationIdentities).map((name): [NameLimit, string] => [LIMITS.identity, name]),
    ...Object.values(names.pushIdentities).map((name): [NameLimit, string] => [LIMITS.identity, name]),
    ...Object.values(names.vaults).map((name): [NameLimit, string] => [LIMITS.vault, name]),
    [LIMITS.workspace, names.workspace],
    [LIMITS.rule, names.dataCollectionRule],
    [LIMITS.actionGroup, names.actionGroup],
    [LIMITS.actionGroupShort, names.actionGroupShort],
    [LIMITS.budget, names.budget],
  ];
  return checks
    .filter(([limit, name]) => !limit.pattern.test(name))
    .map(([{ what, must }, name]) => ({
      got: `${what} "${name}" of ${name.length} characters`,
      must: `must be ${must} (Azure's limit; shorten name, code or suffix)`,
    }));
}
