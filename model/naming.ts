import type { Environment } from "./environment";

/** The two applications of MMRV; each has its own identity, vault and image repository. */
export const APPLICATIONS = ["backend", "frontend"] as const;
export type Application = (typeof APPLICATIONS)[number];

const perApplication = <T>(make: (application: Application) => T): Record<Application, T> => ({
  backend: make("backend"),
  frontend: make("frontend"),
});

/**
 * The kinds of stack of an environment; each is called `<environment>-<kind>` and has an HCP Terraform workspace of its
 * own. What speaks to the cluster runs on an agent inside the network; what speaks to Azure alone runs anywhere.
 */
export const STACK_KINDS = {
  infra: { hcpExecution: "remote" },
  "aws-access": { hcpExecution: "remote" },
  addons: { hcpExecution: "agent" },
  platform: { hcpExecution: "agent" },
  backend: { hcpExecution: "agent" },
  frontend: { hcpExecution: "agent" },
} as const satisfies Record<string, { readonly hcpExecution: "remote" | "agent" }>;
export type StackKind = keyof typeof STACK_KINDS;

/** The namespace of both applications, in every cluster. */
export const APPLICATION_NAMESPACE = "mmrv";

/** Names inside a cluster, the same in each; other stacks and AWS refer to them. */
export const CLUSTER_NAMES = {
  /** The Gateway that every route is attached to, in the applications' namespace. */
  gateway: "mmrv",
  /** The controller, and the Envoy pods that it makes. */
  gatewayNamespace: "envoy-gateway-system",
  certManagerNamespace: "cert-manager",
  certManagerServiceAccount: "cert-manager",
  /** Whose token AWS trusts for the DNS-01 challenge; in the applications' namespace. */
  dnsServiceAccount: "dns-01",
} as const;

/** The HTTPS listener of an application's domain. */
export const listenerOf = (application: Application): string => `https-${application}`;

/** The subject of a pod's token, which Azure and AWS compare letter by letter. */
export const serviceAccountSubject = (serviceAccount: string): string =>
  `system:serviceaccount:${APPLICATION_NAMESPACE}:${serviceAccount}`;

/** The registry in AWS that an environment's images come from. */
export const ecrHost = ({ aws: { accountId, region } }: Pick<Environment, "aws">): string =>
  `${accountId}.dkr.ecr.${region}.amazonaws.com`;

/** An application's images in the registry. */
export const imageRepositoryOf = (application: Application): string => `mmrv/${application}`;

export const stackName = (environment: string, kind: StackKind): string => `${environment}-${kind}`;

/** The HCP Terraform workspace of a stack. */
export const workspaceName = (stack: string): string => `mmrv-${stack}`;

/** The GitHub environments whose jobs act on an environment; a federated credential trusts each by its name. */
export const gitHubEnvironmentsOf = ({ name }: Pick<Environment, "name">) => ({
  deploy: name,
  plan: `${name}-plan`,
  promote: `${name}-promote`,
});

/** The workspace of each kind of stack of an environment. */
export const workspacesOf = (environment: string): { readonly kind: StackKind; readonly workspace: string }[] =>
  (Object.keys(STACK_KINDS) as StackKind[]).map((kind) => ({
    kind,
    workspace: workspaceName(stackName(environment, kind)),
  }));

/** What phase 0 leaves in the subscription, before any environment. */
export const BOOTSTRAP_RESOURCE_GROUP = "rg-mmrv-bootstrap";

/** The storage account of every state; `suffix` is the bootstrap's own. */
export const stateAccountName = (suffix: string): string => `stmmrvstate${suffix}`;

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
    routeTable: `rt-${base}`,
    firewall: `afw-${base}`,
    firewallPolicy: `afwp-${base}`,
    ipGroups: { nodes: `ipg-${base}-nodes`, runner: `ipg-${base}-runner` },
    subnets: {
      nodes: "snet-nodes",
      apiServer: "snet-api-server",
      privateEndpoints: "snet-private-endpoints",
      runner: "snet-runner",
      // Azure wants exactly this name.
      firewall: "AzureFirewallSubnet",
    },
    natGateway: `ng-${base}`,
    egressAddress: `pip-${base}-egress`,
    /** From the second on, which a NAT gateway may hold. */
    furtherEgressAddress: (number: number) => `pip-${base}-egress-${number}`,
    firewallAddress: `pip-${base}-firewall`,
    runnerAddress: `pip-${base}-runner`,
    gatewayAddress: `pip-${base}-gateway`,
    /** Answers as `<label>.<region>.cloudapp.azure.com`. */
    gatewayDnsLabel: `${base}-${suffix}`,
    registry: `crmmrv${code}${suffix}`,
    registryHost: `crmmrv${code}${suffix}.azurecr.io`,
    cluster: `aks-${base}`,
    clusterDnsPrefix: base,
    // With the suffix, because names of role assignments are made from them and must be unique in the tenant.
    clusterIdentity: `id-${base}-cluster-${suffix}`,
    kubeletIdentity: `id-${base}-kubelet-${suffix}`,
    planIdentity: `id-${base}-plan-${suffix}`,
    deployIdentity: `id-${base}-deploy-${suffix}`,
    promoteIdentity: `id-${base}-promote-${suffix}`,
    applicationIdentities: perApplication((application) => `id-${base}-${application}-${suffix}`),
    pushIdentities: perApplication((application) => `id-${base}-push-${application}-${suffix}`),
    vaults: perApplication((application) => `kv-${application}-${code}-${suffix}`),
    auditArchive: `stmmrv${code}${suffix}`,
    /** In AWS, where the account makes them unique. */
    awsRoles: { ...perApplication((application) => `${base}-${application}`), dns: `${base}-dns-01` },
    awsPushRoles: perApplication((application) => `${base}-push-${application}`),
    podSecurityPolicy: "mmrv-restricted-pods",
    workspace: `log-${base}`,
    dataCollectionRule: `dcr-${base}-containers`,
    monitorWorkspace: `amw-${base}`,
    dataCollectionEndpoint: `dce-${base}`,
    metricsRule: `dcr-${base}-metrics`,
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

export function nameIssues(names: Names): NameIssue[] {
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
    ].map((name): [NameLimit, string] => [LIMITS.identity, name]),
    ...Object.values(names.applicationIdentities).map((name): [NameLimit, string] => [LIMITS.identity, name]),
    ...Object.values(names.pushIdentities).map((name): [NameLimit, string] => [LIMITS.identity, name]),
    ...Object.values(names.vaults).map((name): [NameLimit, string] => [LIMITS.vault, name]),
    ...[...Object.values(names.awsRoles), ...Object.values(names.awsPushRoles)].map((name): [NameLimit, string] => [
      LIMITS.awsRole,
      name,
    ]),
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
      must: `must be ${must} (Azure's limit; shorten name, code or suffix)`,
      excess: name.length - Number(/ to (\d+) /.exec(must)?.[1] ?? name.length),
    }));
}
