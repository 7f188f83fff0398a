import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { ExistingCluster } from "./existing-cluster";

/** The Entra application that every AKS API server accepts tokens for: azure.github.io/kubelogin. */
const AKS_SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** How whoever speaks to a cluster gets a token. */
export const KUBELOGIN = {
  apiVersion: "client.authentication.k8s.io/v1beta1",
  command: "kubelogin",
  args: ["get-token", "--server-id", AKS_SERVER_ID],
};

/**
 * The helm and kubernetes providers of a stack. They get a token from kubelogin each time, so no credential is in the
 * program or the state; how kubelogin logs in is the runner's choice (AAD_LOGIN_METHOD).
 */
export class ClusterAccess extends Construct {
  constructor(scope: Construct, id: string, cluster: ExistingCluster) {
    super(scope, id);
    const server = { host: cluster.host, clusterCaCertificate: Fn.base64decode(cluster.caCertificate) };
    new HelmProvider(this, "helm", { kubernetes: { ...server, exec: KUBELOGIN } });
    new KubernetesProvider(this, "kubernetes", { ...server, exec: [KUBELOGIN] });
  }
}
