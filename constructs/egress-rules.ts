import { DATABASE_PORTS, SQL_REDIRECT_PORTS } from "./support/database-ports";

/** Whose traffic a rule is about. What the runner needs would be a way out for the application's data. */
export type Source = "nodes" | "runner";

/** A rule on TCP ports, to hosts that the firewall's DNS proxy resolves or to the addresses of a service tag. */
export type PortRule = {
  readonly name: string;
  /** Ports, or ranges such as 11000-11999. */
  readonly ports: readonly string[];
} & ({ readonly hosts: readonly string[] } | { readonly serviceTag: string });

/** HTTPS to hosts by name, or HTTP and HTTPS to a list of hosts that Azure keeps. */
export type HostRule = { readonly name: string; readonly from: Source } & (
  | { readonly hosts: readonly string[] }
  | { readonly tag: string }
);

export interface EgressRules {
  readonly application: readonly HostRule[];
  /** From the nodes. */
  readonly network: readonly PortRule[];
}

/** The features that are on, each with what its hosts are called. */
export interface EgressFeatures {
  /** What the application itself calls. */
  readonly applicationHosts: readonly string[];
  /** What a certificate takes: the authority, and where its challenge is answered. */
  readonly certificateHosts: readonly string[];
  readonly costAnalysis: boolean;
  /** A database with a public address; one inside a network needs no rule. */
  readonly database?: { readonly host: string; readonly kind: "postgresqlFlexible" | "mysqlFlexible" | "sql" };
  readonly defender: boolean;
  /** With what Flux logs in to its repository on GitHub; none without Flux. */
  readonly gitOps: "none" | "deployKey" | "gitHubApp";
  readonly prometheus: boolean;
  /** Whether whoever is inside reaches the API server by its public name; nodes never do. */
  readonly publicApiServer: boolean;
  readonly region: string;
  /** Of a registry that is reached by its public address; none with a private endpoint. */
  readonly registryHosts: readonly string[];
  /** What a deployment from inside calls besides Azure: charts of others, AWS. */
  readonly deployHosts: readonly string[];
  /** Who deploys from inside. */
  readonly runner: "none" | "gitHub" | "agent";
  /** Where charts' images of others come from; none when ours has copies. */
  readonly thirdPartyHosts: readonly string[];
  /** Of vaults that are reached by their public address; none with private endpoints. */
  readonly vaultHosts: readonly string[];
}

const LOGIN = "login.microsoftonline.com";

/** SQL sends a client on after the login, to an address that is not the server's. */
const redirectedTo = (region: string): PortRule => ({
  name: "database-redirect",
  serviceTag: `Sql.${region}`,
  ports: [`${SQL_REDIRECT_PORTS.from}-${SQL_REDIRECT_PORTS.to}`],
});

/**
 * What a cluster must reach, from learn.microsoft.com/azure/aks/outbound-rules-control-egress (read 2026-06), by
 * feature. There is no rule for the API server or its tunnel: it answers inside the network. Nodes run Azure Linux,
 * so there is none for Ubuntu's archives and clocks either. What an application calls is in its environment's
 * `egress.hosts` and `aws.endpoints`.
 */
export function egressRules(features: EgressFeatures): EgressRules {
  const { applicationHosts, costAnalysis, database, defender, gitOps, prometheus, publicApiServer, region } = features;
  const { certificateHosts, deployHosts, registryHosts, runner, thirdPartyHosts, vaultHosts } = features;
  const hosts = (name: string, on: boolean, list: readonly string[], from: Source = "nodes"): HostRule[] =>
    on && list.length > 0 ? [{ name, from, hosts: list }] : [];
  return {
    network: [
      ...(database
        ? [{ name: "database", hosts: [database.host], ports: [String(DATABASE_PORTS[database.kind])] }]
        : []),
      ...(database?.kind === "sql" ? [redirectedTo(region)] : []),
      // SSH on the port of HTTPS, which no rule for hosts would take for HTTPS.
      ...(gitOps === "deployKey" ? [{ name: "git", hosts: ["ssh.github.com"], ports: ["443"] }] : []),
    ],
    application: [
      { name: "aks", from: "nodes", tag: "AzureKubernetesService" },
      ...hosts("workload-identity", true, [LOGIN]),
      ...hosts("container-insights", true, [
        LOGIN,
        "*.ods.opinsights.azure.com",
        "*.oms.opinsights.azure.com",
        "*.in.applicationinsights.azure.com",
        "dc.services.visualstudio.com",
        "*.monitoring.azure.com",
        // The tag lacks this one: found missing by mspnp/aks-baseline.
        `${region}.monitoring.azure.com`,
        "global.handler.control.monitor.azure.com",
        `${region}.handler.control.monitor.azure.com`,
        "*.ingest.monitor.azure.com",
      ]),
      ...hosts("prometheus", prometheus, [
        "*.metrics.ingest.monitor.azure.com",
        // The agents fetch their configuration from the collection endpoint's own host.
        "*.handler.control.monitor.azure.com",
      ]),
      ...hosts("azure-policy", true, [
        "data.policy.core.windows.net",
        "store.policy.core.windows.net",
        "dc.services.visualstudio.com",
      ]),
      ...hosts("cost-analysis", costAnalysis, ["management.azure.com", LOGIN]),
      ...hosts("defender", defender, [
        LOGIN,
        "*.ods.opinsights.azure.com",
        "*.oms.opinsights.azure.com",
        "*.cloud.defender.microsoft.com",
      ]),
      // learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-flux2, and what the page above asks for every
      // extension of a cluster; its images are under AKS's tag. docs/egress.md says what is not among them.
      ...hosts("flux", gitOps !== "none", [
        LOGIN,
        "management.azure.com",
        `${region}.dp.kubernetesconfiguration.azure.com`,
        "*.ingestion.msftcloudes.com",
        "*.microsoftmetrics.com",
      ]),
      ...hosts("git", gitOps === "gitHubApp", ["github.com", "api.github.com"]),
      ...hosts("vaults", true, vaultHosts),
      ...hosts("registry", true, registryHosts),
      ...hosts("third-party-images", true, thirdPartyHosts),
      ...hosts("certificates", true, certificateHosts),
      ...hosts("runner-github", runner === "gitHub", GITHUB_RUNNER, "runner"),
      ...hosts("runner-agent", runner === "agent", HCP_AGENT, "runner"),
      ...hosts("runner-deploys", runner !== "none", [...DEPLOYING, ...deployHosts], "runner"),
      ...hosts(
        "runner-services",
        runner !== "none",
        [...vaultHosts, ...registryHosts, ...(publicApiServer ? [`*.hcp.${region}.azmk8s.io`] : [])],
        "runner",
      ),
      ...hosts("application", true, applicationHosts),
    ],
  };
}

/** docs.github.com/organizations/managing-organization-settings/about-azure-private-networking-for-github-hosted-runners-in-your-organization. */
const GITHUB_RUNNER = [
  "github.com",
  "*.github.com",
  "*.githubusercontent.com",
  "*.actions.githubusercontent.com",
  "ghcr.io",
  "*.githubapp.com",
  "*.blob.core.windows.net",
  "*.web.core.windows.net",
];

/** developer.hashicorp.com/terraform/cloud-docs/agents/requirements. */
const HCP_AGENT = ["app.terraform.io", "archivist.terraform.io"];

/** What a deployment from inside calls: Azure, Terraform and its providers, npm. */
const DEPLOYING = [
  LOGIN,
  "management.azure.com",
  "graph.microsoft.com",
  "checkpoint-api.hashicorp.com",
  "registry.terraform.io",
  "releases.hashicorp.com",
  "registry.npmjs.org",
];
