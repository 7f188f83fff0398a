import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import type { Construct } from "constructs";
import { outboundOf } from "../constructs/egress";
import { ExistingAddress } from "../constructs/existing-address";
import { ExistingGroup } from "../constructs/existing-group";
import { ExistingIdentity } from "../constructs/existing-identity";
import { ExistingNetwork } from "../constructs/existing-network";
import { ExistingActionGroup } from "../constructs/observability/existing-action-group";
import { ExistingLogWorkspace } from "../constructs/observability/existing-log-workspace";
import { PrivateEndpoints } from "../constructs/private-endpoint";
import type { Environment } from "../model/environment";
import { bootstrapGroupOf, type Names, namesOf, stackName } from "../model/naming";
import { createCluster } from "./infra-cluster";
import { createAuditArchive, createWayToDatabase } from "./infra-endpoints";
import { callersOf } from "./infra-network";
import { collectClusterLogs, createOperations } from "./infra-operations";
import { MmrvStack } from "./mmrv-stack";

/**
 * What of a standby costs much and takes minutes, built at failover on what `infra` has deployed long before: the cluster, the
 * way to the database that took over, audit archive and alerts. It reads what is in its own region, and nothing else.
 */
export class ClusterStack extends MmrvStack {
  private readonly names: Names;
  private readonly place: { readonly resourceGroupName: string; readonly madeBy: string };
  private readonly resourceGroup: ExistingGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
  ) {
    super(scope, id, environment);
    this.names = namesOf(environment);
    const azure = new DataAzurermClientConfig(this, "azure", {});
    const { subscriptionId, tenantId } = azure;
    const madeBy = `the stack ${stackName(environment.name, "infra")}`;
    this.place = { resourceGroupName: this.names.resourceGroup, madeBy };
    this.resourceGroup = new ExistingGroup(this, "group", {
      name: this.names.resourceGroup,
      location: environment.region,
      subscription: `/subscriptions/${subscriptionId}`,
    });
    const { resourceGroup } = this;
    const planner = this.lookUpPipeline("planner", this.names.planIdentity);
    const deployer = this.lookUpPipeline("deployer", this.names.deployIdentity);
    const actionGroup = new ExistingActionGroup(this, "action-group", { name: this.names.actionGroup, ...this.place });
    const workspace = new ExistingLogWorkspace(this, "logs", { name: this.names.workspace, resourceGroup, madeBy });
    const addresses = this.lookUpAddresses();
    const network = new ExistingNetwork(this, "network", { name: this.names.network, resourceGroup, madeBy });
    const endpoints = new PrivateEndpoints(this, "private-endpoints", {
      network,
      subnet: network.subnet(this.names.subnets.privateEndpoints),
    });

    const surroundings = { egressAddresses: addresses.egressAddresses, endpoints, network };
    const databaseReady = createWayToDatabase(this, environment, { ...surroundings, subscriptionId });
    const archive = createAuditArchive(this, environment, { endpoints, resourceGroup });
    const cluster = createCluster(this, environment, {
      callers: callersOf(environment, addresses),
      // What it stands on is there, and what it is told of it follows from the environment alone.
      egress: { ...outboundOf(environment.egress, addresses.egressAddresses[0]), ready: [] },
      identities: {
        cluster: this.lookUpIdentity("cluster-identity", this.names.clusterIdentity),
        kubelet: this.lookUpIdentity("kubelet-identity", this.names.kubeletIdentity),
      },
      ready: [...databaseReady, ...(archive?.endpoints ?? [])],
      resourceGroup,
      subnets: {
        apiServer: network.subnet(this.names.subnets.apiServer),
        nodes: network.subnet(this.names.subnets.nodes),
      },
      tenantId,
      workspace,
    });
    cluster.grantDeploy(deployer);
    cluster.grantPlan(planner);
    collectClusterLogs(environment, cluster, { archive, workspace });
    createOperations(this, environment, { actionGroup, cluster, resourceGroup, workspace });
  }

  private lookUpPipeline(id: string, name: string): ExistingIdentity {
    const resourceGroupName = bootstrapGroupOf(this.environment);
    return new ExistingIdentity(this, id, { name, resourceGroupName, madeBy: "the stack bootstrap" });
  }

  private lookUpIdentity(id: string, name: string): ExistingIdentity {
    return new ExistingIdentity(this, id, { name, ...this.place });
  }

  /** Those that something here is told of: the load balancer its own, and who is let in by its address. */
  private lookUpAddresses() {
    const { egress, runner } = this.environment;
    const lookUp = (id: string, name: string) => new ExistingAddress(this, id, { name, ...this.place });
    const count = egress.via === "loadBalancer" ? 1 : egress.addresses;
    const further = Array.from({ length: count - 1 }, (_, index) =>
      lookUp(`egress-address-${index + 2}`, this.names.furtherEgressAddress(index + 2)),
    );
    const hasOwn = runner.kind !== "none" && egress.via === "loadBalancer";
    return {
      egressAddresses: [lookUp("egress-address", this.names.egressAddress), ...further] as const,
      runnerAddress: hasOwn ? lookUp("runner-address", this.names.runnerAddress) : undefined,
    };
  }
}
