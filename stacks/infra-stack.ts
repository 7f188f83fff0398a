import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { ActionGroup } from "../constructs/action-group";
import { ApplicationFoundation } from "../constructs/application-foundation";
import { AuditArchive } from "../constructs/audit-archive";
import { Budget } from "../constructs/budget";
import { ContainerRegistry, type RegistryTier } from "../constructs/container-registry";
import { Egress } from "../constructs/egress";
import { ExistingDatabase } from "../constructs/existing-database";
import { ExistingIdentity } from "../constructs/existing-identity";
import { KubernetesCluster } from "../constructs/kubernetes-cluster";
import { LogWorkspace } from "../constructs/log-workspace";
import { ManagedIdentity } from "../constructs/managed-identity";
import { Operations } from "../constructs/operations";
import { PodSecurity } from "../constructs/pod-security";
import type { ReachableFrom } from "../constructs/private-endpoint";
import { lockAgainstDeletion } from "../constructs/support/deletion-lock";
import type { Environment } from "../model/environment";
import { imageJobsOf, runbooksUrl } from "../model/federation";
import { APPLICATION_NAMESPACE, APPLICATIONS, BOOTSTRAP_RESOURCE_GROUP, namesOf } from "../model/naming";
import type { ThirdParty } from "../model/third-party";
import { egressShapeOf } from "./infra-egress";
import { createPerimeter } from "./infra-network";
import { MmrvStack } from "./mmrv-stack";

/** Phases 1 and 2: the ground that applications stand on. It holds no Kubernetes object and no secret. */
export class InfraStack extends MmrvStack {
  constructor(scope: Construct, id: string, environment: Environment, thirdParty: ThirdParty) {
    super(scope, id, environment);
    const names = namesOf(environment);
    const { access, addressPlan, database, logs, zones } = environment;
    const azure = new DataAzurermClientConfig(this, "azure", {});
    const subscriptionId = `/subscriptions/${azure.subscriptionId}`;
    const lookUp = (id: string, name: string) =>
      new ExistingIdentity(this, id, {
        name,
        resourceGroupName: BOOTSTRAP_RESOURCE_GROUP,
        madeBy: "the stack bootstrap",
      });
    const planner = lookUp("planner", names.planIdentity);
    const deployer = lookUp("deployer", names.deployIdentity);
    // Made by bootstrap with the identities, whose absence is reported first.
    const resourceGroup = { name: names.resourceGroup, location: environment.region };

    const actionGroup = new ActionGroup(this, "action-group", {
      name: names.actionGroup,
      shortName: names.actionGroupShort,
      resourceGroup,
      emails: environment.alertEmails,
    });
    new Budget(this, "budget", {
      name: names.budget,
      subscriptionId,
      resourceGroupNames: [names.resourceGroup, names.nodeResourceGroup],
      actionGroup,
      ...environment.budget,
    });
    new PodSecurity(this, "pod-security", {
      name: names.podSecurityPolicy,
      resourceGroupId: `${subscriptionId}/resourceGroups/${names.resourceGroup}`,
      effect: environment.podSecurity,
      namespaces: [APPLICATION_NAMESPACE],
    });
    const dailyCapGb = logs.dailyCapGb === "none" ? undefined : logs.dailyCapGb;
    const workspace = new LogWorkspace(this, "logs", {
      name: names.workspace,
      resourceGroup,
      retentionDays: logs.retentionDays,
      dailyCapGb,
    });

    const perimeter = createPerimeter(this, environment, resourceGroup);
    const { egressAddresses, gatewayAddress, network, runnerAddress } = perimeter;

    const identity = new ManagedIdentity(this, "cluster-identity", { name: names.clusterIdentity, resourceGroup });
    const kubelet = new ManagedIdentity(this, "kubelet-identity", { name: names.kubeletIdentity, resourceGroup });
    // Whoever calls a public name from inside comes from an egress address.
    const insiders = [...egressAddresses, ...(runnerAddress ? [runnerAddress] : [])];
    const publicRanges =
      access.via === "private" ? [] : [...access.ranges, ...insiders.map(({ ipAddress }) => ipAddress)];
    const reachableFrom: ReachableFrom =
      access.via === "private" ? { privateEndpoints: network.privateEndpoints } : { allowedRanges: publicRanges };
    const registry = new ContainerRegistry(this, "registry", {
      name: names.registry,
      resourceGroup,
      tier: registryTier(environment, reachableFrom),
    });
    const applications = APPLICATIONS.map(
      (application) =>
        new ApplicationFoundation(this, `${application}-ground`, {
          identityName: names.applicationIdentities[application],
          pipeline:
            environment.images.from === "build"
              ? {
                  identityName: names.pushIdentities[application],
                  jobs: imageJobsOf(environment, application),
                }
              : undefined,
          registry,
          resourceGroup,
          deployer,
          vault: {
            name: names.vaults[application],
            tenantId: azure.tenantId,
            ...environment.vaults,
            network: reachableFrom,
          },
        }),
    );
    for (const [index, { pusher }] of applications.entries())
      if (pusher) new TerraformOutput(this, `${APPLICATIONS[index]}-push-client-id`, { value: pusher.clientId });
    const databaseReady =
      database.via === "none"
        ? []
        : new ExistingDatabase(this, "database", {
            connection: database,
            subscriptionId: azure.subscriptionId,
            endpoints: network.privateEndpoints,
            network: network.network,
            egressAddresses,
          }).ready;
    const archive =
      logs.auditArchive.to === "storage"
        ? new AuditArchive(this, "audit-archive", {
            name: names.auditArchive,
            resourceGroup,
            keepDays: logs.auditArchive.days,
            endpoints: network.privateEndpoints,
          })
        : undefined;

    const egress = new Egress(this, "egress", {
      shape: egressShapeOf(environment, { perimeter, registry, resourceGroup, thirdParty }),
      addresses: egressAddresses,
      cluster: identity,
      natGatewayName: names.natGateway,
      resourceGroup,
      nodes: network.nodes,
      runner: network.runner && { subnet: network.runner, ownAddress: runnerAddress },
    });
    const roles = [
      network.nodes.grantJoin("join", identity),
      network.apiServer.grantJoin("join", identity),
      gatewayAddress.grantUse(identity),
      // In every shape, though only the load balancer needs it: under a lock Azure would not let it go.
      egressAddresses[0].grantUse(identity),
      kubelet.grantOperator(identity),
      registry.grantPull(kubelet),
    ].map((assignment) => assignment.resource);
    const vaults = applications.map(({ vault }) => vault);
    const endpoints = [registry, ...vaults, ...(archive ? [archive] : [])].flatMap((owner) => owner.endpoints);
    const cluster = new KubernetesCluster(this, "cluster", {
      name: names.cluster,
      dnsPrefix: names.clusterDnsPrefix,
      resourceGroup,
      nodeResourceGroup: names.nodeResourceGroup,
      ...environment.kubernetes,
      tenantId: azure.tenantId,
      adminGroupObjectIds: environment.adminGroupObjectIds,
      identity,
      kubeletIdentity: kubelet,
      apiServer: { subnet: network.apiServer, authorizedRanges: access.via === "private" ? "private" : publicRanges },
      nodes: network.nodes,
      podCidr: addressPlan.pods,
      serviceCidr: addressPlan.services,
      egress,
      nodePools: environment.nodePools,
      zones,
      hostEncryption: environment.hostEncryption,
      imageCleanerHours: environment.imageCleanerHours,
      defender: environment.defender,
      prometheus: environment.prometheus,
      maintenance: environment.maintenance,
      workspace,
      ready: [...roles, ...endpoints, ...databaseReady],
    });
    cluster.grantDeploy(deployer);
    cluster.grantPlan(planner);

    workspace.collect(cluster, logs.controlPlane, "dedicated");
    archive?.collect(cluster, ["kube-audit"]);
    workspace.collectContainers(cluster, names.dataCollectionRule);
    workspace.collect(registry, ["ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"]);
    for (const vault of vaults) workspace.collect(vault, ["AuditEvent"]);
    if (egress.firewall) workspace.collect(egress.firewall, FIREWALL_LOGS, "dedicated");

    new Operations(this, "operations", {
      title: `MMRV ${environment.name}: operations`,
      cluster,
      workspace,
      resourceGroup,
      actionGroup,
      runbooks: runbooksUrl(environment),
      retentionDays: logs.retentionDays,
      warnAtGbPerDay: logs.warnAtGbPerDay,
      dailyCapGb,
      prometheus: environment.prometheus
        ? {
            name: names.monitorWorkspace,
            endpointName: names.dataCollectionEndpoint,
            ruleName: names.metricsRule,
          }
        : undefined,
    });

    if (environment.locks) {
      for (const owner of [registry, ...vaults, ...egressAddresses, gatewayAddress]) {
        lockAgainstDeletion(owner);
      }
    }
  }
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

function registryTier({ registry, pairedRegion }: Environment, network: ReachableFrom): RegistryTier {
  if (registry.tier === "Standard") return registry;
  return { ...registry, replicaRegions: registry.replica ? [pairedRegion] : [], network };
}
