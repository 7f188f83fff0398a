import type { Construct } from "constructs";
import type { AuditArchive } from "../constructs/audit-archive";
import type { ContainerRegistry } from "../constructs/container-registry";
import type { Firewall } from "../constructs/firewall";
import type { KeyVault } from "../constructs/key-vault";
import type { KubernetesCluster } from "../constructs/kubernetes-cluster";
import type { ActionGroup } from "../constructs/observability/action-group";
import type { LogWorkspace } from "../constructs/observability/log-workspace";
import { Operations } from "../constructs/observability/operations";
import type { ResourceGroup } from "../constructs/resource-group";
import type { Environment } from "../model/environment";
import { runbooksUrl } from "../model/federation";
import { namesOf } from "../model/naming";

/** What has logs. */
export interface LogSources {
  readonly cluster: KubernetesCluster;
  readonly firewall?: Firewall;
  readonly registry: ContainerRegistry;
  readonly vaults: readonly KeyVault[];
}

/** Sends logs to the workspace; who did what on the cluster goes to the archive too, when there is one. */
export function collectLogs(
  environment: Environment,
  { cluster, firewall, registry, vaults }: LogSources,
  { archive, workspace }: { readonly archive?: AuditArchive; readonly workspace: LogWorkspace },
): void {
  workspace.collect(cluster, environment.logs.controlPlane, "dedicated");
  archive?.collect(cluster, ["kube-audit"]);
  workspace.collectContainers(cluster, namesOf(environment).dataCollectionRule);
  workspace.collect(registry, ["ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"]);
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
  readonly actionGroup: ActionGroup;
  readonly cluster: KubernetesCluster;
  readonly resourceGroup: ResourceGroup;
  readonly workspace: LogWorkspace;
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
