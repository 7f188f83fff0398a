import { applicationNames } from "./applications";
import { deliveryOf, PLATFORM } from "./delivery";
import type { PublicName } from "./domains";
import type { Environment } from "./environment";

/** A stack of an environment, called `<environment>-<kind>`, with an HCP Terraform workspace of its own. */
interface StackKind {
  readonly kind: string;
  /** Whether its runs log in to Azure; what moves users speaks to AWS alone. */
  readonly speaksToAzure: boolean;
  /** What speaks to the cluster runs on an agent inside the network; what speaks to Azure alone runs anywhere. */
  readonly hcpExecution: "remote" | "agent";
}

/** What of an environment says which stacks it has. */
export type Stacked = Pick<Environment, "applications" | "dns" | "gitOps">;

/** The stacks of an environment: what its applications stand on, and one of each application's own. */
export function stackKindsOf(environment: Stacked): StackKind[] {
  const onAzure = (kind: string, hcpExecution: StackKind["hcpExecution"]) => ({
    kind,
    hcpExecution,
    speaksToAzure: true,
  });
  return [
    onAzure("infra", "remote"),
    onAzure("aws-access", "remote"),
    onAzure("addons", "agent"),
    ...[PLATFORM, ...applicationNames(environment)].map((release) =>
      // Until Flux delivers it, Terraform may be asked to take it back.
      onAzure(release, deliveryOf(environment, release) === "flux" ? "remote" : "agent"),
    ),
    ...(environment.gitOps.via === "none" ? [] : [onAzure("gitops", "remote")]),
    // Where DNS is elsewhere, no record is Terraform's.
    ...(environment.dns.via === "route53"
      ? [{ kind: "cutover", hcpExecution: "remote", speaksToAzure: false } as const]
      : []),
  ];
}

/** The namespace of every application, in every cluster. */
export const APPLICATION_NAMESPACE = "mmrv";

/** Names inside a cluster, the same in each; other stacks and AWS refer to them. */
export const CLUSTER_NAMES = {
  /** The Gateway that every route is attached to, in the applications' namespace. */
  gateway: "mmrv",
  /** The controller, and the Envoy pods that it makes. */
  gatewayNamespace: "envoy-gateway-system",
  certManagerNamespace: "cert-manager",
  certManagerServiceAccount: "cert-manager",
  /** Flux's objects, its credential for Git, and what it is given beside the repository. */
  gitOpsNamespace: "mmrv-gitops",
  /** The configuration of Flux, which gives its name to the source and begins those of what Flux applies. */
  gitOpsConfiguration: "mmrv",
  /** The Secret with the credential for Git. */
  gitOpsSecret: "git",
  /** Whose token Azure trusts to read that credential from its vault. */
  gitOpsServiceAccount: "git-credential",
  /** Whose token AWS trusts for the DNS-01 challenge; in the applications' namespace. */
  dnsServiceAccount: "dns-01",
} as const;

/**
 * The HTTPS listener of a name; charts/mmrv-platform makes it. That of a further name is none of another application's, because
 * no application's name begins with another's and a hyphen.
 */
export const listenerOf = ({
  application,
  host,
  isFirst,
}: Pick<PublicName, "application" | "host" | "isFirst">): string =>
  isFirst ? `https-${application}` : `https-${application}-${host}`;

/** The subject of a pod's token, which Azure and AWS compare letter by letter. */
export const serviceAccountSubject = (serviceAccount: string, namespace: string = APPLICATION_NAMESPACE): string =>
  `system:serviceaccount:${namespace}:${serviceAccount}`;

/** The registry in AWS that an environment's images come from. */
export const ecrHost = ({ aws: { accountId, region } }: Pick<Environment, "aws">): string =>
  `${accountId}.dkr.ecr.${region}.amazonaws.com`;

/** An application's images in the registry. */
export const imageRepositoryOf = (application: string): string => `mmrv/${application}`;

export const stackName = (environment: string, kind: string): string => `${environment}-${kind}`;

/** The HCP Terraform workspace of a stack. */
export const workspaceName = (stack: string): string => `mmrv-${stack}`;

/** The GitHub environments whose jobs act on an environment; a federated credential trusts each by its name. */
export const gitHubEnvironmentsOf = ({ name }: Pick<Environment, "name">) => ({
  deploy: name,
  plan: `${name}-plan`,
  promote: `${name}-promote`,
});

/** The workspace of each stack of an environment. */
export const workspacesOf = (
  environment: Stacked & Pick<Environment, "name">,
): (StackKind & { readonly workspace: string })[] =>
  stackKindsOf(environment).map((stack) => ({
    ...stack,
    workspace: workspaceName(stackName(environment.name, stack.kind)),
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
    applicationIdentity: (application: string) => `id-${base}-${application}-${suffix}`,
    pushIdentity: (application: string) => `id-${base}-push-${application}-${suffix}`,
    gitOpsIdentity: `id-${base}-gitops-${suffix}`,
    // No application's can be called so: theirs have at most twelve characters there.
    gitOpsAlertsIdentity: `id-${base}-gitops-alerts-${suffix}`,
    gitOpsVault: `kv-gitops-${code}-${suffix}`,
    vault: (application: string) => `kv-${application}-${code}-${suffix}`,
    auditArchive: `stmmrv${code}${suffix}`,
    /** In AWS, where the account makes them unique. */
    awsRole: (application: string) => `${base}-${application}`,
    awsDnsRole: `${base}-dns-01`,
    awsCutoverRole: `${base}-cutover`,
    awsPushRole: (application: string) => `${base}-push-${application}`,
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

/** The key vaults of an environment: one of each application, and that of Flux's credential for Git when there is one. */
export function vaultNamesOf(
  environment: Pick<Environment, "applications" | "gitOps" | "name" | "code" | "suffix">,
): string[] {
  const { gitOpsVault, vault } = namesOf(environment);
  return [...applicationNames(environment).map(vault), ...(environment.gitOps.via === "none" ? [] : [gitOpsVault])];
}
