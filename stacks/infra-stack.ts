import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { MonitorActionGroup } from "@cdktf/provider-azurerm/lib/monitor-action-group";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { Construct } from "constructs";
import { Budget } from "../constructs/budget";
import { ContainerRegistry, type RegistryTier } from "../constructs/container-registry";
import { Egress } from "../constructs/egress";
import { ExistingIdentity } from "../constructs/existing-identity";
import { KeyVault } from "../constructs/key-vault";
import { KubernetesCluster } from "../constructs/kubernetes-cluster";
import { LogWorkspace } from "../constructs/log-workspace";
import { ManagedIdentity } from "../constructs/managed-identity";
import { Network } from "../constructs/network";
import { PrivateEndpoints } from "../constructs/private-endpoint";
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
    const { access, addressPlan, zones } = environment;
    const azure = new DataAzurermClientConfig(this, "azure", {});
    const deployer = new ExistingIdentity(this, "deployer", {
      name: names.deployIdentity,
      resourceGroupName: BOOTSTRAP_RESOURCE_GROUP,
      madeBy: "phase 0 (docs/deploy.md)",
    });

    const resourceGroup = new ResourceGroup(this, "group", { name: names.resourceGroup, location: environment.region });
    const actionGroup = new MonitorActionGroup(this, "action-group", {
      name: names.actionGroup,
      resourceGroupName: resourceGroup.name,
      // Azure's limit is 12 characters; it is the sender's name in text messages.
      shortName: `mmrv-${environment.code}`.slice(0, 12),
      emailReceiver: environment.alertEmails.map((emailAddress, index) => ({
        name: `mail-${index + 1}`,
        emailAddress,
      })),
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
      retentionDays: environment.logs.retentionDays,
      dailyCapGb: environment.logs.dailyCapGb === "none" ? undefined : environment.logs.dailyCapGb,
    });

    const network = new Network(this, "network", {
      name: names.network,
      resourceGroup,
      addressSpace: addressPlan.network,
    });
    const nodes = network.addSubnet("nodes", { name: names.subnets.nodes, addressPrefix: addressPlan.nodes });
    const apiServer = network.addSubnet("api-server", {
      name: names.subnets.apiServer,
      addressPrefix: addressPlan.apiServer,
      delegateTo: "Microsoft.ContainerService/managedClusters",
    });
    const endpoints = network.addSubnet("private-endpoints", {
      name: names.subnets.privateEndpoints,
      addressPrefix: addressPlan.privateEndpoints,
    });
    if (environment.runner.kind !== "none") {
      network.addSubnet("runner", {
        name: names.subnets.runner,
        addressPrefix: environment.runner.addressPrefix,
        delegateTo: environment.runner.kind === "gitHub" ? "GitHub.Network/networkSettings" : undefined,
      });
    }
    const privateEndpoints =
      access.via === "private"
        ? new PrivateEndpoints(this, "private-endpoints", { network, subnet: endpoints })
        : undefined;

    const egressAddress = new PublicAddress(this, "egress-address", {
      name: names.egressAddress,
      resourceGroup,
      zones,
    });
    const gatewayAddress = new PublicAddress(this, "gateway-address", {
      name: names.gatewayAddress,
      resourceGroup,
      zones,
      dnsLabel: names.gatewayDnsLabel,
    });
    nodes.allowInbound("gateway", {
      priority: 100,
      source: "Internet",
      destination: gatewayAddress.ipAddress,
      ports: ["80", "443"],
    });

    const clusterIdentity = new ManagedIdentity(this, "cluster-identity", {
      name: names.clusterIdentity,
      resourceGroup,
    });
    const kubeletIdentity = new ManagedIdentity(this, "kubelet-identity", {
      name: names.kubeletIdentity,
      resourceGroup,
    });
    const registry = new ContainerRegistry(this, "registry", {
      name: names.registry,
      resourceGroup,
      tier: registryTier(environment, privateEndpoints),
    });
    const egress = new Egress(this, "egress", {
      shape: environment.egress,
      address: egressAddress,
      cluster: clusterIdentity,
      natGatewayName: names.natGateway,
      resourceGroup,
      subnets: [nodes],
    });
    const [systemPool] = environment.nodePools.filter((pool) => pool.mode === "System");
    if (systemPool === undefined)
      throw new Error("checkEnvironments lets no environment without a System pool through");
    const cluster = new KubernetesCluster(this, "cluster", {
      name: names.cluster,
      dnsPrefix: names.clusterDnsPrefix,
      resourceGroup,
      nodeResourceGroup: names.nodeResourceGroup,
      ...environment.kubernetes,
      tenantId: azure.tenantId,
      adminGroupObjectIds: environment.adminGroupObjectIds,
      identity: clusterIdentity,
      kubeletIdentity,
      apiServer: { subnet: apiServer, authorizedRanges: access.via === "private" ? "private" : access.ranges },
      nodes,
      podCidr: addressPlan.pods,
      serviceCidr: addressPlan.services,
      egress,
      systemPool,
      zones,
      hostEncryption: environment.hostEncryption,
      imageCleanerHours: environment.imageCleanerHours,
      maintenance: environment.maintenance,
      workspace,
      ready: [
        nodes.grantJoin("join", clusterIdentity),
        apiServer.grantJoin("join", clusterIdentity),
        gatewayAddress.grantUse(clusterIdentity),
        kubeletIdentity.grantOperator(clusterIdentity),
        registry.grantPull(kubeletIdentity),
      ].map((assignment) => assignment.resource),
    });
    for (const pool of environment.nodePools) if (pool.mode === "User") cluster.addNodePool(pool);
    cluster.grantDeploy(deployer);
    workspace.collect(cluster, ["kube-audit-admin", "guard", "kube-controller-manager", "cluster-autoscaler"]);
    workspace.collectContainers(cluster, names.dataCollectionRule);
    workspace.collect(registry, ["ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"]);

    const vaults = APPLICATIONS.map((application) => {
      new ManagedIdentity(this, `${application}-identity`, {
        name: names.applicationIdentities[application],
        resourceGroup,
      });
      const pipeline = new ManagedIdentity(this, `${application}-push-identity`, {
        name: names.pushIdentities[application],
        resourceGroup,
      });
      registry.grantPush(`${application}-push`, pipeline);
      for (const [form, repository] of gitHubRepositories(environment, application)) {
        pipeline.trustGitHub(form, { repository, environment: environment.name });
      }
      const vault = new KeyVault(this, `${application}-vault`, {
        name: names.vaults[application],
        resourceGroup,
        tenantId: azure.tenantId,
        ...environment.vaults,
        // The pods come out of the egress address when the vault has no private one.
        network: privateEndpoints
          ? { privateEndpoints }
          : { allowedRanges: [...publicRanges(environment), egressAddress.ipAddress] },
      });
      vault.grantSecretsOfficer(deployer);
      workspace.collect(vault, ["AuditEvent"]);
      return vault;
    });
    if (environment.locks)
      for (const owner of [registry, ...vaults, egressAddress, gatewayAddress]) lockAgainstDeletion(owner);
  }
}

/** How GitHub may name a repository in a token: by names, and by names with ids since 15 July 2026. */
function gitHubRepositories({ gitHub }: Environment, application: Application): [form: string, repository: string][] {
  const { owner, ownerId } = gitHub;
  const { repository, repositoryId } = gitHub[application];
  const byName: [string, string] = ["github", `${owner}/${repository}`];
  const hasIds = ownerId !== undefined && repositoryId !== undefined;
  return hasIds ? [byName, ["github-by-id", `${owner}@${ownerId}/${repository}@${repositoryId}`]] : [byName];
}

const publicRanges = ({ access }: Environment) => (access.via === "authorizedRanges" ? access.ranges : []);

function registryTier({ registry, pairedRegion }: Environment, privateEndpoints?: PrivateEndpoints): RegistryTier {
  if (registry.tier === "Standard") return registry;
  return { ...registry, replicaRegions: registry.replica ? [pairedRegion] : [], privateEndpoints };
}
