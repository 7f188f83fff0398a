import { expect, it } from "vitest";
import { actByItself } from "../../../tools/azure-simulator/by-itself";
import { plannedChanges } from "../../../tools/terraform/terraform";
import { type ClusterOptions, cluster } from "../../support/cluster-fixture";
import { restage, stage } from "../../support/real-provider";
import { requires } from "../../support/requires";

const OWN = { via: "loadBalancer", address: "own" } as const;
const program = (options: ClusterOptions) => (stack: Parameters<typeof cluster>[0]) => cluster(stack, OWN, options);

it(
  "patches of AKS's are never planned back, a minor is raised on the cluster before its pools, and the System pool is resized in place",
  requires("azurerm provider"),
  async () => {
    const staged = await stage(program({}));
    const { azure, run } = staged;
    const change = async (step: string, options: ClusterOptions) => {
      await restage(staged, step, program(options));
      const { events } = await run.terraform.json(["plan"]);
      const changes = plannedChanges(events).map(({ action, resource }) => `${action} ${resource.addr.split(".")[0]}`);
      azure.requests.length = 0;
      await run.apply();
      await run.planIsEmpty();
      return changes.sort();
    };
    const versions = () => {
      const of = (type: string, key: string) =>
        azure.arm.store.ofType(type).map(({ body }) => (body["properties"] as Record<string, unknown>)[key]);
      return [
        ...of("microsoft.containerservice/managedclusters", "kubernetesVersion"),
        ...of("microsoft.containerservice/managedclusters/agentpools", "orchestratorVersion"),
      ];
    };
    try {
      await run.apply();
      actByItself(azure.arm);
      expect(versions()).toEqual(["1.35.6", "1.35.6", "1.35.6"]);
      await run.planIsEmpty();

      expect(await change("raised", { version: "1.36" })).toEqual([
        "update azurerm_kubernetes_cluster",
        "update azurerm_kubernetes_cluster_node_pool",
      ]);
      expect(versions()).toEqual(["1.36", "1.36", "1.36"]);
      const puts = azure.requests.filter((request) => request.startsWith("PUT ") && /managedClusters/i.test(request));
      const at = (pattern: RegExp) => puts.findIndex((request) => pattern.test(request));
      expect(at(/managedClusters\/aks$/)).toBeLessThan(at(/agentPools\/apps1$/));

      actByItself(azure.arm, { patch: 2 });
      await run.planIsEmpty();

      const nodePools = [
        { name: "system1", mode: "System", vmSize: "Standard_D8ds_v5", osDiskGb: 100, minCount: 1, maxCount: 2 },
        { name: "apps1", mode: "User", vmSize: "Standard_D4ds_v5", osDiskGb: 100, minCount: 1, maxCount: 2 },
      ] as const;
      expect(await change("resized", { version: "1.36", nodePools })).toEqual(["update azurerm_kubernetes_cluster"]);
      expect(versions()).toEqual(["1.36.2", "1.36.2", "1.36.2"]);
    } finally {
      await staged.stop();
    }
  },
);
