import { DataAzurermMonitorActionGroup } from "@cdktf/provider-azurerm/lib/data-azurerm-monitor-action-group";
import { DataAzurermMonitorWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-monitor-workspace";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { type ITerraformDependable, TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { ClusterAccess } from "../constructs/cluster-access";
import { ExistingCluster } from "../constructs/existing-cluster";
import { HelmRelease } from "../constructs/helm-release";
import { PrometheusRules } from "../constructs/observability/prometheus-rules";
import { WEB_ALERTS } from "../constructs/observability/web-alerts";
import { forget, pinForgotten } from "../constructs/support/forget";
import { literal } from "../constructs/support/literal";
import { podSecurityLabels } from "../constructs/support/pod-security-labels";
import { requireExisting } from "../constructs/support/require-existing";
import type { Cutover } from "../model/cutover/files";
import { deliveryOf, PLATFORM } from "../model/delivery";
import type { Environment } from "../model/environment";
import { runbooksUrl } from "../model/federation";
import { addressesInCluster, handedOverSentence, IN_CLUSTER } from "../model/handed-over";
import { chartFolder, type ReleaseValues, valuesTexts } from "../model/helm-values";
import { APPLICATION_NAMESPACE, namesOf, stackName } from "../model/naming";
import { ownRelease } from "../model/releases";
import type { Delivery } from "../model/schema/git-ops";
import type { ThirdParty } from "../model/third-party";
import { MmrvStack } from "./mmrv-stack";
import { platformValues } from "./platform-values";

/** What the platform is made from, beside its environment. */
export interface PlatformSources {
  readonly cutover: Cutover;
  readonly thirdParty: ThirdParty;
  readonly values: ReleaseValues;
}

/** What every release of ours shares: the namespace and its limits, who may call whom, the gateway with its certificates and alerts. */
export class PlatformStack extends MmrvStack {
  constructor(scope: Construct, id: string, environment: Environment, sources: PlatformSources) {
    super(scope, id, environment);
    const names = namesOf(environment);
    const place = { resourceGroupName: names.resourceGroup };
    const madeBy = `the stack ${stackName(environment.name, "infra")}`;
    const cluster = new ExistingCluster(this, "cluster", { name: names.cluster, ...place, madeBy });
    const delivery = deliveryOf(environment, PLATFORM);
    if (delivery === "terraform") new ClusterAccess(this, "cluster-access", cluster);
    // Without it the gateway's load balancer would wait for an address that never comes.
    const address = requireExisting(new Construct(this, "gateway-address"), {
      type: "Microsoft.Network/publicIPAddresses",
      name: names.gatewayAddress,
      ...place,
      what: "The gateway's public address",
      remedy: `it is made by ${madeBy}`,
    });

    if (delivery === "terraform") this.release(environment, sources, address);
    else this.handOver(environment, delivery);

    if (!environment.prometheus) return;
    const found = (id: string, type: string, what: string, name: string) =>
      requireExisting(new Construct(this, id), { type, name, ...place, what, remedy: `it is made by ${madeBy}` });
    const metrics = new DataAzurermMonitorWorkspace(this, "metrics", {
      name: names.monitorWorkspace,
      ...place,
      dependsOn: [
        found("some-metrics", "Microsoft.Monitor/accounts", "The Azure Monitor workspace", names.monitorWorkspace),
      ],
    });
    const actionGroup = new DataAzurermMonitorActionGroup(this, "action-group", {
      name: names.actionGroup,
      ...place,
      dependsOn: [found("some-action-group", "Microsoft.Insights/actionGroups", "The action group", names.actionGroup)],
    });
    new PrometheusRules(this, "web-alerts", {
      alerts: { web: WEB_ALERTS },
      metricsId: metrics.id,
      cluster,
      resourceGroup: { name: names.resourceGroup, location: environment.region },
      actionGroupId: actionGroup.id,
      runbooks: runbooksUrl(environment),
    });
  }

  private release(
    environment: Environment,
    { cutover, thirdParty, values }: PlatformSources,
    address: ITerraformDependable,
  ): void {
    const namespace = new NamespaceV1(this, IN_CLUSTER.namespace, {
      metadata: { name: APPLICATION_NAMESPACE, labels: podSecurityLabels(environment.kubernetes.version) },
      dependsOn: [address],
    });
    const { chart, timeoutSeconds } = ownRelease(PLATFORM);
    new HelmRelease(this, IN_CLUSTER.release, {
      name: PLATFORM,
      namespace: APPLICATION_NAMESPACE,
      chart: { folder: chartFolder(chart) },
      values: [
        ...valuesTexts(values).map(literal),
        JSON.stringify(platformValues(environment, thirdParty, cutover), null, 2),
      ],
      timeoutSeconds,
      ready: [namespace],
    });
  }

  /**
   * In `flux` as in `handover`: a state that still has the release, because a step was jumped, is told to forget it and
   * never to delete it.
   */
  private handOver(environment: Environment, delivery: Delivery): void {
    const forgotten = addressesInCluster(PLATFORM);
    forget(this, forgotten);
    if (delivery === "handover") pinForgotten(this, forgotten);
    // Without alerts nothing else would be in the state, and whoever asks whether it is deployed would hear no.
    new TerraformOutput(this, "release", { value: handedOverSentence(environment, PLATFORM) });
  }
}
