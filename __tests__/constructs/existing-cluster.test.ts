import { describe, expect, it } from "vitest";
import { ExistingCluster } from "../../constructs/existing-cluster";
import { ground } from "../support/provider-stack";
import { type Block, synthStack } from "../support/synth";

describe("ExistingCluster", () => {
  let made: ExistingCluster | undefined;
  const { json, all } = synthStack((stack) => {
    ground(stack);
    made = new ExistingCluster(stack, "cluster", {
      name: "aks",
      resourceGroupName: "rg",
      madeBy: "the stack staging-infra",
    });
    stack.addOverride("locals", { host: made.host, ca: made.caCertificate, issuer: made.oidcIssuerUrl });
  });

  it("says in one sentence that the cluster is missing and who makes it, before the direct look-up can fail", () => {
    const [[address, found]] = Object.entries<Block>(json.data.azurerm_resources) as [[string, Block]];
    expect(found).toMatchObject({ type: "Microsoft.ContainerService/managedClusters", name: "aks" });
    expect(found.lifecycle.postcondition).toEqual([
      {
        condition: "${length(self.resources) == 1}",
        error_message: "The cluster aks is missing in the resource group rg: it is made by the stack staging-infra.",
      },
    ]);
    expect(json.data.azurerm_kubernetes_cluster.cluster).toMatchObject({
      name: "aks",
      resource_group_name: "rg",
      depends_on: [`data.azurerm_resources.${address}`],
    });
  });

  it("reads where the API server answers and whose tokens it issues, from the user's kubeconfig and not the administrator's", () => {
    const cluster = "data.azurerm_kubernetes_cluster.cluster";
    expect(json.locals).toEqual({
      host: `\${${cluster}.kube_config[0].host}`,
      ca: `\${${cluster}.kube_config[0].cluster_ca_certificate}`,
      issuer: `\${${cluster}.oidc_issuer_url}`,
    });
    expect(made?.name).toBe("aks");
  });

  it("makes nothing", () => {
    expect(Object.keys(json.resource)).toEqual(["azurerm_resource_group"]);
    expect(all("azurerm_kubernetes_cluster")).toEqual([]);
  });
});
