import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { ChartDefinitions } from "../constructs/chart-definitions";
import { ClusterAccess } from "../constructs/cluster-access";
import { ExistingCluster } from "../constructs/existing-cluster";
import { HelmRelease } from "../constructs/helm-release";
import { NamespacePolicies, type NamespacePoliciesProps } from "../constructs/namespace-policies";
import { literal } from "../constructs/support/literal";
import { podSecurityLabels } from "../constructs/support/pod-security-labels";
import type { Environment } from "../model/environment";
import { hasGitOps } from "../model/git-ops";
import { type ReleaseValues, valuesTexts } from "../model/helm-values";
import { CLUSTER_NAMES, namesOf, stackName } from "../model/naming";
import type { ThirdParty } from "../model/third-party";
import { GitCredential } from "./addons-credential";
import { certManagerImages, envoyGatewayImages } from "./addons-images";
import { certManagerPolicies, gatewayPolicies } from "./addons-policies";
import { MmrvStack } from "./mmrv-stack";

/** Controllers of others: the gateway's, and the one that gets certificates; and Flux's credential. What users depend on is in `platform`. */
export class AddonsStack extends MmrvStack {
  constructor(
    scope: Construct,
    id: string,
    environment: Environment,
    thirdParty: ThirdParty,
    values: (release: "envoy-gateway" | "cert-manager") => ReleaseValues,
  ) {
    super(scope, id, environment, { otherMarkers: thirdParty.markers() });
    const names = namesOf(environment);
    const cluster = new ExistingCluster(this, "cluster", {
      name: names.cluster,
      resourceGroupName: names.resourceGroup,
      madeBy: `the stack ${stackName(environment.name, "infra")}`,
    });
    new ClusterAccess(this, "cluster-access", cluster);
    /** @returns what its pods depend on */
    const createNamespace = (name: string, pods: NamespacePoliciesProps["pods"]) => {
      const namespace = new NamespaceV1(this, `${name}-namespace`, {
        metadata: { name, labels: podSecurityLabels(environment.kubernetes.version) },
      });
      const policies = new NamespacePolicies(this, `${name}-policies`, { namespace, pods });
      return [namespace, ...policies.ready];
    };
    const release = (
      name: "envoy-gateway" | "cert-manager",
      { images, ready }: { readonly images: object; readonly ready: readonly TerraformResource[] },
      namespace: string,
      pods: NamespacePoliciesProps["pods"],
    ) =>
      new HelmRelease(this, name, {
        name,
        namespace,
        chart: thirdParty.chart(environment, name),
        // Definitions are upgraded with their chart: here by ChartDefinitions, of cert-manager by its release.
        skipCrds: true,
        values: [...valuesTexts(values(name)).map(literal), JSON.stringify(images, null, 2)],
        timeoutSeconds: 600,
        ready: [...ready, ...createNamespace(namespace, pods)],
      });

    const definitions = new ChartDefinitions(this, "gateway-definitions", {
      chart: thirdParty.chart(environment, "gateway-crds"),
      namespace: CLUSTER_NAMES.gatewayNamespace,
      values: [JSON.stringify(GATEWAY_DEFINITIONS)],
    });
    release(
      "envoy-gateway",
      { images: envoyGatewayImages(environment, thirdParty), ready: definitions.ready },
      CLUSTER_NAMES.gatewayNamespace,
      gatewayPolicies(environment),
    );
    // Also after the definitions: it looks once, at its start, whether there is a Gateway API.
    release(
      "cert-manager",
      { images: certManagerImages(environment, thirdParty), ready: definitions.ready },
      CLUSTER_NAMES.certManagerNamespace,
      certManagerPolicies(environment),
    );

    if (!hasGitOps(environment)) return;
    // The one thing of Flux's that needs a way to the cluster. Nobody here calls or is called: what fetches is in kube-system.
    const ready = createNamespace(CLUSTER_NAMES.gitOpsNamespace, {});
    new GitCredential(this, "git-credential", environment, { cluster, ready, thirdParty });
  }
}

/** The standard channel: what is in it is not taken away again. */
const GATEWAY_DEFINITIONS = {
  crds: { gatewayAPI: { enabled: true, channel: "standard" }, envoyGateway: { enabled: true } },
};
