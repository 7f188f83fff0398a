import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { AuditArchive } from "../constructs/audit-archive";
import { Budget } from "../constructs/budget";
import type { ContainerRegistry } from "../constructs/container-registry";
import { Egress } from "../constructs/egress";
import { ExistingDatabase } from "../constructs/existing-database";
import { ExistingGroup } from "../constructs/existing-group";
import { ExistingIdentity } from "../constructs/existing-identity";
import { ActionGroup } from "../constructs/observability/action-group";
import { LogWorkspace } from "../constructs/observability/log-workspace";
import { PodSecurity } from "../constructs/pod-security";
import type { Principal } from "../constructs/role-assignment";
import { lockAgainstDeletion } from "../constructs/support/deletion-lock";
import type { Cutover } from "../model/cutover/files";
import type { Environment } from "../model/environment";
import { APPLICATION_NAMESPACE, BOOTSTRAP_RESOURCE_GROUP, type Names, namesOf } from "../model/naming";
import type { ThirdParty } from "../model/third-party";
import { createApplications } from "./infra-applications";
import { createCluster, createClusterIdentities } from "./infra-cluster";
import { egressShapeOf } from "./infra-egress";
import { callersOf, createPerimeter, type Perimeter, reachableFrom } from "./infra-network";
import { collectLogs, createOperations, dailyCapOf } from "./infra-operations";
import { MmrvStack } from "./mmrv-stack";

/** The ground that applications stand on: the first stack of phases 1 and 2. It holds no Kubernetes object and no secret. */
export class InfraStack extends MmrvStack {
  private readonly azure: DataAzurermClientConfig;
  private readonly names: Names;
  private readonly resourceGroup: ExistingGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
    thirdParty: ThirdParty,
    private readonly cutover: Cutover,
  ) {
    super(scope, id, environment);
    this.names = namesOf(environment);
    this.azure = new DataAzurermClientConfig(this, "azure", {});
    const { tenantId } = this.azure;
    const planner = this.lookUpIdentity("planner", this.names.planIdentity);
    const deployer = this.lookUpIdentity("deployer", this.names.deployIdentity);
    // Made by bootstrap with the identities, whose absence is reported first.
    const resourceGroup = new ExistingGroup(this, "group", {
      name: this.names.resourceGroup,
      location: environment.region,
      subscription: this.subscription,
    });
    this.resourceGroup = resourceGroup;

    const actionGroup = this.createActionGroup();
    this.createBudget(actionGroup);
    this.createPodSecurity();
    const workspace = this.createWorkspace();

    const perimeter = createPerimeter(this, environment, resourceGroup);
    const identities = createClusterIdentities(this, environment, resourceGroup);
    const callers = callersOf(environment, perimeter);
    const reachable = reachableFrom(callers, perimeter);
    const applications = createApplications(this, environment, { deployer, reachable, resourceGroup, tenantId });
    const { registry, vaults } = applications;
    const databaseReady = this.createWayToDatabase(perimeter);
    const archive = this.createAuditArchive(perimeter);
    const egress = this.createEgress({ cluster: identities.cluster, perimeter, registry, thirdParty });

    const endpoints = [registry, ...vaults, ...(archive ? [archive] : [])].flatMap((owner) => owner.endpoints);
    const ready = [...endpoints, ...databaseReady];
    const ground = { callers, egress, identities, perimeter, ready, registry, resourceGroup, tenantId, workspace };
    const cluster = createCluster(this, environment, ground);
    cluster.grantDeploy(deployer);
    cluster.grantPlan(planner);

    const sources = { cluster, firewall: egress.firewall, registry, vaults };
    collectLogs(environment, sources, { archive, workspace });
    createOperations(this, environment, { actionGroup, cluster, resourceGroup, workspace });
    if (environment.locks)
      for (const owner of [registry, ...vaults, ...perimeter.egressAddresses, perimeter.gatewayAddress])
        lockAgainstDeletion(owner);
  }

  private get subscription(): string {
    return `/subscriptions/${this.azure.subscriptionId}`;
  }

  private lookUpIdentity(id: string, name: string): ExistingIdentity {
    return new ExistingIdentity(this, id, {
      name,
      resourceGroupName: BOOTSTRAP_RESOURCE_GROUP,
      madeBy: "the stack bootstrap",
    });
  }

  private createActionGroup(): ActionGroup {
    return new ActionGroup(this, "action-group", {
      name: this.names.actionGroup,
      shortName: this.names.actionGroupShort,
      resourceGroup: this.resourceGroup,
      emails: this.environment.alertEmails,
    });
  }

  private createBudget(actionGroup: ActionGroup): void {
    new Budget(this, "budget", {
      name: this.names.budget,
      subscriptionId: this.subscription,
      resourceGroupNames: [this.names.resourceGroup, this.names.nodeResourceGroup],
      actionGroup,
      ...this.environment.budget,
    });
  }

  private createPodSecurity(): void {
    new PodSecurity(this, "pod-security", {
      name: this.names.podSecurityPolicy,
      resourceGroupId: this.resourceGroup.id,
      effect: this.environment.podSecurity,
      namespaces: [APPLICATION_NAMESPACE],
    });
  }

  private createWorkspace(): LogWorkspace {
    return new LogWorkspace(this, "logs", {
      name: this.names.workspace,
      resourceGroup: this.resourceGroup,
      retentionDays: this.environment.logs.retentionDays,
      dailyCapGb: dailyCapOf(this.environment),
    });
  }

  /** The database is somebody else's, and only the way to it ours; returns what must exist before pods look for it. */
  private createWayToDatabase({ egressAddresses, network }: Perimeter): readonly TerraformResource[] {
    const { database } = this.environment;
    if (database.via === "none") return [];
    return new ExistingDatabase(this, "database", {
      connection: database,
      subscriptionId: this.azure.subscriptionId,
      endpoints: network.privateEndpoints,
      network: network.network,
      egressAddresses,
    }).ready;
  }

  private createAuditArchive({ network }: Perimeter): AuditArchive | undefined {
    const { auditArchive } = this.environment.logs;
    if (auditArchive.to !== "storage") return undefined;
    return new AuditArchive(this, "audit-archive", {
      name: this.names.auditArchive,
      resourceGroup: this.resourceGroup,
      keepDays: auditArchive.days,
      endpoints: network.privateEndpoints,
    });
  }

  private createEgress(ground: {
    readonly cluster: Principal;
    readonly perimeter: Perimeter;
    readonly registry: ContainerRegistry;
    readonly thirdParty: ThirdParty;
  }): Egress {
    const { cluster, perimeter, registry, thirdParty } = ground;
    const { egressAddresses, network, runnerAddress } = perimeter;
    const { cutover, environment, resourceGroup } = this;
    return new Egress(this, "egress", {
      shape: egressShapeOf(environment, { cutover, perimeter, registry, resourceGroup, thirdParty }),
      addresses: egressAddresses,
      cluster,
      natGatewayName: this.names.natGateway,
      resourceGroup,
      nodes: network.nodes,
      runner: network.runner && { subnet: network.runner, ownAddress: runnerAddress },
    });
  }
}
