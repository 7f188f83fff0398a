import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import type { Construct } from "constructs";
import { Budget } from "../constructs/budget";
import { ContainerRegistry, type ImageRegistry } from "../constructs/container-registry";
import { Egress } from "../constructs/egress";
import { ExistingGroup } from "../constructs/existing-group";
import { ExistingIdentity } from "../constructs/existing-identity";
import type { Firewall } from "../constructs/firewall";
import { ActionGroup } from "../constructs/observability/action-group";
import { LogWorkspace } from "../constructs/observability/log-workspace";
import { PodSecurity } from "../constructs/pod-security";
import type { Principal } from "../constructs/role-assignment";
import { lockAgainstDeletion } from "../constructs/support/deletion-lock";
import type { Cutover } from "../model/cutover/files";
import type { Environment } from "../model/environment";
import { APPLICATION_NAMESPACE, bootstrapGroupOf, type Names, namesOf } from "../model/naming";
import type { ThirdParty } from "../model/third-party";
import { createApplications } from "./infra-applications";
import { createCluster, createClusterIdentities, grantRoles } from "./infra-cluster";
import { egressShapeOf } from "./infra-egress";
import { createAuditArchive, createWayToDatabase } from "./infra-endpoints";
import { callersOf, createPerimeter, type Perimeter, reachableFrom } from "./infra-network";
import { collectClusterLogs, collectLogs, createOperations, dailyCapOf } from "./infra-operations";
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
    const { registry, vaults } = createApplications(this, environment, {
      deployer,
      endpoints: perimeter.network.privateEndpoints,
      reachable: reachableFrom(callers, perimeter),
      resourceGroup,
      subscription: this.subscription,
      tenantId,
    });
    const own = registry instanceof ContainerRegistry ? registry : undefined;
    const logged = (firewall?: Firewall) => collectLogs({ firewall, registry: own, vaults }, workspace);
    const egressOf = () => this.createEgress({ cluster: identities.cluster, perimeter, registry, thirdParty });

    if (environment.standbyOf !== undefined) {
      // The cluster is built at failover (infra-cluster-stack.ts), and finds its roles spread by then.
      const { firewall } = egressOf();
      grantRoles({ identities, perimeter, registry, resourceGroup });
      logged(firewall);
    } else {
      const { egressAddresses, network } = perimeter;
      const endpoints = network.privateEndpoints;
      const surroundings = { egressAddresses, endpoints, network: network.network };
      const databaseReady = createWayToDatabase(this, environment, {
        ...surroundings,
        subscriptionId: this.azure.subscriptionId,
      });
      const archive = createAuditArchive(this, environment, { endpoints, resourceGroup });
      const egress = egressOf();
      const reached = [registry, ...vaults, ...(archive ? [archive] : [])].flatMap((owner) => owner.endpoints);
      const roles = grantRoles({ identities, perimeter, registry, resourceGroup });
      const cluster = createCluster(this, environment, {
        callers,
        egress,
        identities,
        ready: [...roles, ...reached, ...databaseReady],
        resourceGroup,
        subnets: network,
        tenantId,
        workspace,
      });
      cluster.grantDeploy(deployer);
      cluster.grantPlan(planner);
      collectClusterLogs(environment, cluster, { archive, workspace });
      logged(egress.firewall);
      createOperations(this, environment, { actionGroup, cluster, resourceGroup, workspace });
    }
    if (environment.locks)
      for (const owner of [...(own ? [own] : []), ...vaults, ...perimeter.egressAddresses, perimeter.gatewayAddress])
        lockAgainstDeletion(owner);
  }

  private get subscription(): string {
    return `/subscriptions/${this.azure.subscriptionId}`;
  }

  private lookUpIdentity(id: string, name: string): ExistingIdentity {
    return new ExistingIdentity(this, id, {
      name,
      resourceGroupName: bootstrapGroupOf(this.environment),
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

  private createEgress(ground: {
    readonly cluster: Principal;
    readonly perimeter: Perimeter;
    readonly registry: ImageRegistry;
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
