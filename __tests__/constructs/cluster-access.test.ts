import { describe, expect, it } from "vitest";
import { everyProvider } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("ClusterAccess", () => {
  const { json } = synthStack(everyProvider);
  const kubeconfig = "data.azurerm_kubernetes_cluster.cluster.kube_config[0]";
  const server = {
    host: `\${${kubeconfig}.host}`,
    cluster_ca_certificate: `\${base64decode(${kubeconfig}.cluster_ca_certificate)}`,
  };
  const exec = {
    api_version: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    // The Entra application of every AKS API server.
    args: ["get-token", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
  };

  it("logs both providers in by kubelogin, at the server whose certificate the cluster says", () => {
    expect(json.provider.helm).toEqual([{ kubernetes: { ...server, exec } }]);
    expect(json.provider.kubernetes).toEqual([{ ...server, exec: [exec] }]);
  });

  it("reads no credential: neither a client certificate nor a token, nor an administrator's kubeconfig", () => {
    expect(JSON.stringify(json)).not.toMatch(/client_key|client_certificate|"token"|password|kube_admin_config/);
  });
});
