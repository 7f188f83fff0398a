import { KubernetesCluster as AzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { KubernetesClusterNodePool } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-node-pool";
import { Fn, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { ClusterVersions } from "./cluster-versions";
import type { Egress } from "./egress";
import { type Freeze, type WeeklyWindow, windowOf } from "./maintenance-window";
import type { ManagedIdentity } from "./managed-identity";
import type { Subnet } from "./network";
import { machinesOf, type NodePoolProps } from "./node-pool";
import type { LogWorkspace } from "./observability/log-workspace";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";
import { withPrefix } from "./support/ranges";

export interface KubernetesClusterProps {
  readonly adminGroupObjectIds: readonly string[];
  /** Who reaches the API server: nobody outside the network, or the given public ranges. */
  readonly apiServer: { readonly subnet: Subnet; readonly authorizedRanges: readonly string[] | "private" };
  readonly costAnalysis: boolean;
  /** Defender's sensor on the nodes; the subscription needs the plan for containers. */
  readonly defender: boolean;
  readonly dnsPrefix: string;
  readonly egress: Egress;
  readonly hostEncryption: boolean;
  readonly identity: ManagedIdentity;
  readonly imageCleanerHours: number;
  /** Pulls images on every node; it needs AcrPull before the cluster exists. */
  readonly kubeletIdentity: ManagedIdentity;
  readonly maintenance: {
    readonly cluster: WeeklyWindow;
    readonly nodes: WeeklyWindow;
    readonly freezes: readonly Freeze[];
  };
  readonly name: string;
  readonly nodeResourceGroup: string;
  /** Exactly one System pool, and User pools. To rotate, add one under a new name, drain the old one, remove it. */
  readonly nodePools: readonly NodePoolProps[];
  readonly nodes: Subnet;
  readonly podCidr: string;
  /** Scrapes metrics for managed Prometheus; `ClusterMetrics` says where they go. */
  readonly prometheus: boolean;
  /** What else must exist before the cluster: role assignments, which AKS checks when it is created. */
  readonly ready: readonly TerraformResource[];
  readonly resourceGroup: ResourceGroup;
  readonly serviceCidr: string;
  readonly tenantId: string;
  readonly tier: "Free" | "Standard";
  /** "patch" installs Kubernetes patches in the window; "none" leaves them to you. Node images come either way. */
  readonly upgradeChannel: "patch" | "none";
  /** A minor version such as 1.35, whose patches come and go without a plan; or a patch, with the channel "none". */
  readonly version: string;
  readonly workspace: LogWorkspace;
  readonly zones: readonly string[];
}

/**
 * AKS with Entra as the only way in. Flags whose default Azure moves, or that a policy may set, are stated, so that
 * nothing drifts (OIDC issuer, Azure Policy, image cleaner, node OS channel).
 */
export class KubernetesCluster extends Construct implements Scope {
  readonly id: string;
  readonly name: string;

  constructor(scope: Construct, id: string, props: KubernetesClusterProps) {
    super(scope, id);
    const [systemPool, ...others] = props.nodePools.filter(({ mode }) => mode === "System");
    if (!systemPool || others.length > 0) throw new Error(`${props.name}: must have exactly one System pool`);
    const versions = new ClusterVersions(this, "versions", {
      name: props.name,
      resourceGroupName: props.resourceGroup.name,
      version: props.version,
    });
    const cluster = new AzurermKubernetesCluster(this, "Default", {
      name: props.name,
      resourceGroupName: props.resourceGroup.name,
      location: props.resourceGroup.location,
      nodeResourceGroup: props.nodeResourceGroup,
      dnsPrefix: props.dnsPrefix,
      tags: props.defender ? undefined : NO_SENSOR,
      kubernetesVersion: versions.controlPlane,
      ...lifecycleOf(props),
      ...accessOf(props),
      ...networkOf(props),
      ...addOnsOf(props),
      defaultNodePool: {
        ...machinesOf(systemPool, props),
        orchestratorVersion: versions.ofPool(systemPool.name),
        name: systemPool.name,
        onlyCriticalAddonsEnabled: true,
      },
      dependsOn: [...props.ready, ...props.egress.ready, ...props.nodes.ready, ...props.apiServer.subnet.ready],
      // The autoscaler owns the count.
      lifecycle: { ignoreChanges: ["default_node_pool[0].node_count"] },
    });
    this.id = cluster.id;
    this.name = props.name;
    this.createUserPools(props, versions);
  }

  /** Lets a pipeline fetch the cluster's address, and do everything inside: it makes namespaces and their policies. */
  grantDeploy(pipeline: Principal): void {
    for (const [id, role] of [
      ["cluster-user", "Azure Kubernetes Service Cluster User Role"],
      ["cluster-admin", "Azure Kubernetes Service RBAC Cluster Admin"],
    ] as const) {
      new RoleAssignment(this, id, { scope: this, role, principal: pipeline });
    }
  }

  /** Lets a pipeline read the cluster in a plan: the provider fetches its address each time. */
  grantPlan(pipeline: Principal): void {
    new RoleAssignment(this, "planner-cluster-user", {
      scope: this,
      role: "Azure Kubernetes Service Cluster User Role",
      principal: pipeline,
    });
  }

  private createUserPools(props: KubernetesClusterProps, versions: ClusterVersions): void {
    let previous: KubernetesClusterNodePool | undefined;
    for (const pool of props.nodePools.filter(({ mode }) => mode === "User")) {
      previous = new KubernetesClusterNodePool(this, pool.name, {
        ...machinesOf(pool, props),
        // On every pool as on the cluster: a minor upgrade of the cluster alone leaves the nodes behind.
        orchestratorVersion: versions.ofPool(pool.name),
        name: pool.name,
        kubernetesClusterId: this.id,
        mode: "User",
        // AKS answers 409 to a second operation on the same cluster.
        dependsOn: previous && [previous],
        lifecycle: { ignoreChanges: ["node_count"] },
      });
    }
  }
}

/**
 * Keeps Defender's plan, where the subscription has it, from putting its sensor on this cluster and billing its vCores
 * (learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-enable).
 */
const NO_SENSOR = { ms_defender_container_exclude_sensors: "true" };

function lifecycleOf(props: KubernetesClusterProps) {
  const { cluster, nodes, freezes } = props.maintenance;
  return {
    skuTier: props.tier,
    automaticUpgradeChannel: props.upgradeChannel === "none" ? undefined : props.upgradeChannel,
    // SecurityPatch is silently ignored by the service for this OS (hashicorp/terraform-provider-azurerm#32485).
    nodeOsUpgradeChannel: "NodeImage",
    maintenanceWindowAutoUpgrade: windowOf(cluster, freezes),
    maintenanceWindowNodeOs: windowOf(nodes, freezes),
    costAnalysisEnabled: props.costAnalysis,
  };
}

function accessOf({ apiServer, adminGroupObjectIds, identity, kubeletIdentity, tenantId }: KubernetesClusterProps) {
  const { authorizedRanges, subnet } = apiServer;
  const isPrivate = authorizedRanges === "private";
  return {
    localAccountDisabled: true,
    roleBasedAccessControlEnabled: true,
    azureActiveDirectoryRoleBasedAccessControl: {
      azureRbacEnabled: true,
      adminGroupObjectIds: [...adminGroupObjectIds],
      tenantId,
    },
    privateClusterEnabled: isPrivate,
    privateClusterPublicFqdnEnabled: false,
    privateDnsZoneId: isPrivate ? "System" : undefined,
    // In the network even when public, so that nodes reach it without leaving the network.
    apiServerAccessProfile: {
      virtualNetworkIntegrationEnabled: true,
      subnetId: subnet.id,
      authorizedIpRanges: isPrivate ? undefined : authorizedRanges.map(withPrefix),
    },
    runCommandEnabled: !isPrivate,
    oidcIssuerEnabled: true,
    workloadIdentityEnabled: true,
    identity: { type: "UserAssigned", identityIds: [identity.id] },
    kubeletIdentity: {
      clientId: kubeletIdentity.clientId,
      objectId: kubeletIdentity.principalId,
      userAssignedIdentityId: kubeletIdentity.id,
    },
  };
}

function networkOf({ egress, podCidr, serviceCidr }: KubernetesClusterProps) {
  return {
    networkProfile: {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkDataPlane: "cilium",
      networkPolicy: "cilium",
      loadBalancerSku: "standard",
      outboundType: egress.outboundType,
      loadBalancerProfile: egress.loadBalancerProfile,
      podCidr,
      serviceCidr,
      // Kubernetes' customary address of cluster DNS.
      dnsServiceIp: Fn.cidrhost(serviceCidr, 10),
    },
  };
}

function addOnsOf({ defender, imageCleanerHours, prometheus, workspace }: KubernetesClusterProps) {
  return {
    azurePolicyEnabled: true,
    imageCleanerEnabled: true,
    imageCleanerIntervalHours: imageCleanerHours,
    keyVaultSecretsProvider: { secretRotationEnabled: true, secretRotationInterval: "2m" },
    omsAgent: { logAnalyticsWorkspaceId: workspace.id, msiAuthForMonitoringEnabled: true },
    microsoftDefender: defender ? { logAnalyticsWorkspaceId: workspace.id } : undefined,
    monitorMetrics: prometheus ? {} : undefined,
  };
}
