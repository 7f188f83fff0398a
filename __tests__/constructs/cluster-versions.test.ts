import { describe, expect, it } from "vitest";
import { ClusterVersions } from "../../constructs/cluster-versions";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("ClusterVersions", () => {
  const { json } = synthStack((stack) => {
    ground(stack);
    const versions = new ClusterVersions(stack, "versions", {
      name: "aks",
      resourceGroupName: "rg",
      version: "1.35",
    });
    stack.addOverride("locals", { cluster: versions.controlPlane, pool: versions.ofPool("apps1") });
  });
  const [found = ""] = Object.keys(json.data.azurerm_resources);
  const [current = ""] = Object.keys(json.data.azurerm_kubernetes_cluster);

  it("asks whether the cluster is there before it looks it up, which fails for one that is not", () => {
    expect(json.data).toEqual({
      azurerm_resources: {
        [found]: expect.objectContaining({
          type: "Microsoft.ContainerService/managedClusters",
          name: "aks",
          resource_group_name: "rg",
        }),
      },
      azurerm_kubernetes_cluster: {
        [current]: expect.objectContaining({
          name: "aks",
          resource_group_name: "rg",
          count: `\${length(data.azurerm_resources.${found}.resources)}`,
        }),
      },
    });
    // Nobody is told that it is missing: a first deployment makes it.
    expect(json.data.azurerm_resources[found]).not.toHaveProperty("lifecycle");
    expect(Object.keys(json.resource)).toEqual(["azurerm_resource_group"]);
  });

  it("asks of the control plane what runs, as long as it is a patch of the minor that is wanted, else that minor", () => {
    expect(json.locals.cluster).toBe(
      `\${try([for it in data.azurerm_kubernetes_cluster.${current}[*].kubernetes_version : it if (it == "1.35" || startswith(it, "1.35."))][0], "1.35")}`,
    );
  });

  it("asks of a pool the same, of the one with its name and no other", () => {
    expect(json.locals.pool).toBe(
      `\${try([for it in flatten(data.azurerm_kubernetes_cluster.${current}[*].agent_pool_profile) : it.orchestrator_version if it.name == "apps1" && (it.orchestrator_version == "1.35" || startswith(it.orchestrator_version, "1.35."))][0], "1.35")}`,
    );
  });
});
