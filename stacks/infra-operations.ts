import type { Construct } from "constructs";
import type { AuditArchive } from "../constructs/audit-archive";
import type { ContainerRegistry } from "../constructs/container-registry";
import type { Firewall } from "../constructs/firewall";
import type { KeyVault } from "../constructs/key-vault";
import type { KubernetesCluster } from "../constructs/kubernetes-cluster";
import type { LogDestination } from "../constructs/observability/log-destination";
import { Operations } from "../constructs/observability/operations";
import type { ResourceGroup } from "../constructs/resource-group";
import type { Environment } from "../model/environment";
import { runbooksUrl } from "../model/federation";
import { namesOf } from "../model/naming";

/** Sends a cluster's logs to the workspace; who did what on it goes to the archive too, when there is one. */
export function collectClusterLogs(
  environment: Environment,
  cluster: KubernetesCluster,
  { archive, workspace }: { readonly archive?: AuditArchive; readonly workspace: LogDestination },
): void {
  workspace.collect(cluster, environment.logs.controlPlane, "dedicated");
  archive?.collect(cluster, ["kube-audit"]);
  workspace.collectContainers(cluster, namesOf(environment).dataCollectionRule);
}

/** What has logs beside the cluster. */
export interface LogSources {
  readonly firewall?: Firewall;
  /** Unless it is another environment's, which collects its logs. */
  readonly registry?: ContainerRegistry;
  readonly vaults: readonly KeyVault[];
}

export function collectLogs({ firewall, registry, vaults }: LogSources, workspace: LogDestination): void {
  if (registry) workspace.collect(registry, ["ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"]);
  for (const vault of vaults) workspace.collect(vault, ["AuditEvent"]);
  if (firewall) workspace.collect(firewall, FIREWALL_LOGS, "dedicated");
}

/** What the firewall let out and kept in, by kind of rule, in tables of their own. */
const FIREWALL_LOGS = [
  "AZFWApplicationRule",
  "AZFWNetworkRule",
  "AZFWNatRule",
  "AZFWDnsQuery",
  "AZFWThreatIntel",
  "AZFWIdpsSignature",
];

export interface OperationsGround {
  readonly actionGroup: { readonly id: string };
  readonly cluster: KubernetesCluster;
  readonly resourceGroup: ResourceGroup;
  readonly workspace: { readonly id: string };
}

export function createOperations(scope: Construct, environment: Environment, ground: OperationsGround): void {
  const { logs, name, prometheus } = environment;
  const names = namesOf(environment);
  new Operations(scope, "operations", {
    ...ground,
    title: `MMRV ${name}: operations`,
    runbooks: runbooksUrl(environment),
    retentionDays: logs.retentionDays,
    warnAtGbPerDay: logs.warnAtGbPerDay,
    dailyCapGb: dailyCapOf(environment),
    prometheus: prometheus
      ? { name: names.monitorWorkspace, endpointName: names.dataCollectionEndpoint, ruleName: names.metricsRule }
      : undefined,
  });
}

/** GB a day at which logs are no longer taken; undefined without a cap. */
export const dailyCapOf = ({ logs }: Environment): number | undefined =>
  logs.dailyCapGb === "none" ? undefined : logs.dailyCapGb;
