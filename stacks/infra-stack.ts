import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { Construct } from "constructs";
import { ActionGroup } from "../constructs/action-group";
import { ApplicationGround } from "../constructs/application-ground";
import { Budget } from "../constructs/budget";
import { ClusterNetwork } from "../constructs/cluster-network";
import { ContainerRegistry, type RegistryTier } from "../constructs/container-registry";
import { Egress } from "../constructs/egress";
import { ExistingIdentity } from "../constructs/existing-identity";
import { KubernetesCluster } from "../constructs/kubernetes-cluster";
import { LogWorkspace } from "../constructs/log-workspace";
import { type GitHubSubject, ManagedIdentity } from "../constructs/managed-identity";
import type { ReachableFrom } from "../constructs/private-endpoint";
import { PublicAddress } from "../constructs/public-address";
import { lockAgainstDeletion } from "../constructs/support/deletion-lock";
import type { Environment } from "../environments/environment";
import { APPLICATIONS, type Application, BOOTSTRAP_RESOURCE_GROUP, namesOf } from "../environments/naming";
import { MmrvStack } from "./mmrv-stack";

/** Phases 1 and 2: the ground that applications stand on. It holds no Kubernetes object and no secret. */
export class InfraStack extends MmrvStack {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const names = namesOf(environment);
    const { access, addressPlan, logs, runner, zones } = environment;
    const azure = new DataAzurermClientConfig(this, "azure", {});
    const deployer = new ExistingIdentity(this, "deployer", {
      name: names.deployIdentity,
      resourceGroupName: BOOTSTRAP_RESOURCE_GROUP,
      madeBy: "phase 0 (docs/deploy.md)",
    });

    const resourceGroup = new ResourceGroup(this, "group", { name: names.resourceGroup, location: environment.region });
    const actionGroup = new ActionGroup(this, "action-group", {
      name: names.actionGroup,
      shortName: names.actionGroupShort,
      resourceGroup,
      emails: environment.alertEmails,
    });
    new Budget(this, "budget", {
      name: names.budget,
      subscriptionId: `/subscriptions/${azure.subscriptionId}`,
      resourceGroupNames: [names.resourceGroup, names.nodeResourceGroup],
      actionGroup,
      ...environment.budget,
    });
    const workspace = new LogWorkspace(this, "logs", {
      name: names.workspace,
      resourceGroup,
      retentionDays: logs.retentionDays,
      dailyCapGb: logs.dailyCapGb === "none" ? undefined : logs.dailyCapGb,
    });

    const network = new ClusterNetwork(this, "network", {
      name: names.network,
      resourceGroup,
      addressSpace: addressPlan.network,
      nodes: { name: names.subnets.nodes, addressPrefix: addressPlan.nodes },
      apiServer: { name: names.subnets.apiServer, addressPrefix: addressPlan.apiServer },
      privateEndpoints: { name: names.subnets.privateEndpoints, addressPrefix: addressPlan.privateEndpoints },
      runner:
        runner.kind === "none"
          ? undefined
          : { name: names.subnets.runner, addressPrefix: runner.addressPrefix, isGitHub: runner.kind === "gitHub" },
    });
    const egressAddress = new PublicAddress(this, "egress-address", {
      name: names.egressAddress,
      resourceGroup,
      zones,
    });
    const gatewayAddress = new PublicAddress(this, "gateway-address", {
      name: names.gatewayAddress,
      dnsLabel: names.gatewayDnsLabel,
      resourceGroup,
      zones,
    });
    network.nodes.allowInbound("gateway", {
      priority: 100,
      source: "Internet",
      destination: gatewayAddress.ipAddress,
      ports: ["80", "443"],
    });

    const identity = new ManagedIdentity(this, "cluster-identity", { name: names.clusterIdentity, resourceGroup });
    const kubelet = new ManagedIdentity(this, "kubelet-identity", { name: names.kubeletIdentity, resourceGroup });
    const reachableFrom: ReachableFrom =
      access.via === "private"
        ? { privateEndpoints: network.privateEndpoints }
        : // Without a private address, the pods come from the egress address.
          { allowedRanges: [...access.ranges, egressAddress.ipAddress] };
    const registry = new ContainerRegistry(this, "registry", {
      name: names.registry,
      resourceGroup,
      tier: registryTier(environment, reachableFrom),
    });
    const applications = APPLICATIONS.map(
      (application) =>
        new ApplicationGround(this, `${application}-ground`, {
          identityName: names.applicationIdentities[application],
          pushIdentityName: names.pushIdentities[application],
          pushedFrom: gitHubSubjects(environment, application),
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
    const egress = new Egress(this, "egress", {
      shape: environment.egress,
      address: egressAddress,
      cluster: identity,
      natGatewayName: names.natGateway,
      resourceGroup,
      subnets: [network.nodes, ...(network.runner ? [network.runner] : [])],
    });
    const roles = [
      network.nodes.grantJoin("join", identity),
      network.apiServer.grantJoin("join", identity),
      gatewayAddress.grantUse(identity),
      kubelet.grantOperator(identity),
      registry.grantPull(kubelet),
    ].map((assignment) => assignment.resource);
    const vaults = applications.map(({ vault }) => vault);
    const endpoints = [registry, ...vaults].flatMap((owner) => owner.endpoints);
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
      apiServer: { subnet: network.apiServer, authorizedRanges: access.via === "private" ? "private" : access.ranges },
      nodes: network.nodes,
      podCidr: addressPlan.pods,
      serviceCidr: addressPlan.services,
      egress,
      nodePools: environment.nodePools,
      zones,
      hostEncryption: environment.hostEncryption,
      imageCleanerHours: environment.imageCleanerHours,
      maintenance: environment.maintenance,
      workspace,
      ready: [...roles, ...endpoints],
    });
    cluster.grantDeploy(deployer);
    workspace.collect(
      cluster,
      ["kube-audit-admin", "guard", "kube-controller-manager", "cluster-autoscaler"],
      "dedicated",
    );
    workspace.collectContainers(cluster, names.dataCollectionRule);
    workspace.collect(registry, ["ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"]);
    for (const vault of vaults) workspace.collect(vault, ["AuditEvent"]);

    if (environment.locks) {
      for (const owner of [registry, ...vaults, egressAddress, gatewayAddress]) {
        lockAgainstDeletion(owner);
      }
    }
  }
}

function registryTier({ registry, pairedRegion }: Environment, network: ReachableFrom): RegistryTier {
  if (registry.tier === "Standard") return registry;
  return { ...registry, replicaRegions: registry.replica ? [pairedRegion] : [], network };
}

/** The application's repository as GitHub may name it in a token: by names, and with ids since 15 July 2026. */
function gitHubSubjects({ gitHub, name }: Environment, application: Application): GitHubSubject[] {
  const { owner, ownerId } = gitHub;
  const { repository, repositoryId } = gitHub[application];
  const byName = { id: "github", repository: `${owner}/${repository}`, environment: name };
  if (ownerId === undefined || repositoryId === undefined) return [byName];
  return [
    byName,
    { id: "github-by-id", repository: `${owner}@${ownerId}/${repository}@${repositoryId}`, environment: name },
  ];
}
