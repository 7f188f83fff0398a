import { DataAzurermMonitorActionGroup } from "@cdktf/provider-azurerm/lib/data-azurerm-monitor-action-group";
import { DataAzurermMonitorWorkspace } from "@cdktf/provider-azurerm/lib/data-azurerm-monitor-workspace";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { Construct } from "constructs";
import { ClusterAccess } from "../constructs/cluster-access";
import { ExistingCluster } from "../constructs/existing-cluster";
import { HelmRelease } from "../constructs/helm-release";
import { PrometheusRules } from "../constructs/observability/prometheus-rules";
import { WEB_ALERTS } from "../constructs/observability/web-alerts";
import { literal } from "../constructs/support/literal";
import { podSecurityLabels } from "../constructs/support/pod-security-labels";
import { requireExisting } from "../constructs/support/require-existing";
import type { Cutover } from "../model/cutover/files";
import { PLATFORM } from "../model/delivery";
import type { Environment } from "../model/environment";
import { runbooksUrl } from "../model/federation";
import { chartFolder, type ReleaseValues, valuesTexts } from "../model/helm-values";
import { APPLICATION_NAMESPACE, namesOf, stackName } from "../model/naming";
import { ownRelease } from "../model/releases";
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
  constructor(
    scope: Construct,
    id: string,
    environment: Environment,
    { cutover, thirdParty, values }: PlatformSources,
  ) {
    super(scope, id, environment);
    const names = namesOf(environment);
    const place = { resourceGroupName: names.resourceGroup };
    const madeBy = `the stack ${stackName(environment.name, "infra")}`;
    const cluster = new ExistingCluster(this, "cluster", { name: names.cluster, ...place, madeBy });
    new ClusterAccess(this, "cluster-access", cluster);
    // Without it the gateway's load balancer would wait for an address that never comes.
    const address = requireExisting(new Construct(this, "gateway-address"), {
      type: "Microsoft.Network/publicIPAddresses",
      name: names.gatewayAddress,
      ...place,
      what: "The gateway's public address",
      remedy: `it is made by ${madeBy}`,
    });

    const namespace = new NamespaceV1(this, "namespace", {
      metadata: { name: APPLICATION_NAMESPACE, labels: podSecurityLabels(environment.kubernetes.version) },
      dependsOn: [address],
    });
    const { chart, timeoutSeconds } = ownRelease(PLATFORM);
    new HelmRelease(this, "release", {
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
}
