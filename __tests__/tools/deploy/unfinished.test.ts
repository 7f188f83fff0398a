import { describe, expect, it } from "vitest";
import type { Answer, AskAzure, Unfinished } from "../../../tools/azure/unfinished";
import { unfinishedOf } from "../../../tools/deploy/unfinished";
import { REHEARSAL_SUBSCRIPTION } from "../../../tools/rehearsal/sandbox";

const GROUP = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/rg-test`;
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks`;
const REGISTRY = `${GROUP}/providers/Microsoft.ContainerRegistry/registries/crtest`;
const json = {
  resource: {
    azurerm_container_registry: { registry: { name: "crtest", resource_group_name: "rg-test" } },
    azurerm_kubernetes_cluster: { cluster: { name: "aks", resource_group_name: "rg-test" } },
    azurerm_key_vault: { vault: { name: "kv-test", resource_group_name: "rg-test" } },
    azurerm_user_assigned_identity: { deployer: { name: "id-deploy", resource_group_name: "rg-bootstrap" } },
    azurerm_resource_provider_registration: { compute: { name: "Microsoft.Compute" } },
  },
};

/** What is told of the stack when Azure answers so of every group, and the groups that it was asked about. */
async function told(answer: (group: string) => Answer) {
  const groups: string[] = [];
  const ask: AskAzure = async (group) => {
    groups.push(group);
    return answer(group);
  };
  return { groups, ...(await unfinishedOf({ json }, REHEARSAL_SUBSCRIPTION, ask)) };
}
const inTheFirst =
  (...unfinished: Unfinished[]) =>
  (group: string): Answer => ({ unfinished: group.endsWith("rg-test") ? unfinished : [] });

describe("what Azure did not finish", () => {
  it("is told by its address in the stack, with what to do: a cluster has a reconciliation of its own", async () => {
    const { unfinished } = await told(
      inTheFirst({ id: CLUSTER, state: "Failed" }, { id: REGISTRY, state: "Canceled" }),
    );
    expect(unfinished).toEqual([
      `azurerm_kubernetes_cluster.cluster: Azure says Failed, so it was accepted and did not end: if it never worked, az resource delete --ids ${CLUSTER}, then deploy again; if it did, az aks update --resource-group rg-test --name aks lets Azure try to end it`,
      `azurerm_container_registry.registry: Azure says Canceled, so it was accepted and did not end: if it never worked, az resource delete --ids ${REGISTRY}, then deploy again; if it did, az resource update --ids ${REGISTRY} lets Azure try to end it`,
    ]);
  });

  it("is found in whatever casing Azure writes its id, and told in Azure's", async () => {
    const id = CLUSTER.replace("resourceGroups/rg-test", "resourcegroups/RG-TEST").replace(
      "managedClusters",
      "MANAGEDCLUSTERS",
    );
    const { unfinished } = await told(inTheFirst({ id, state: "Failed" }));
    expect(unfinished).toEqual([
      expect.stringMatching(
        /^azurerm_kubernetes_cluster\.cluster: .* if it did, az aks update --resource-group RG-TEST --name aks lets /,
      ),
    ]);
    expect(unfinished[0]).toContain(`az resource delete --ids ${id}, `);
  });

  it("may be a pool of a cluster, which ends with its cluster", async () => {
    const pools = {
      azurerm_kubernetes_cluster_node_pool: {
        pool: { name: "system2", kubernetes_cluster_id: "${azurerm_kubernetes_cluster.cluster.id}" },
      },
    };
    const ask: AskAzure = async (group) => inTheFirst({ id: `${CLUSTER}/agentPools/system2`, state: "Failed" })(group);
    const { unfinished } = await unfinishedOf(
      { json: { resource: { ...json.resource, ...pools } } },
      REHEARSAL_SUBSCRIPTION,
      ask,
    );
    expect(unfinished).toEqual([
      expect.stringMatching(
        /^azurerm_kubernetes_cluster_node_pool\.pool: Azure says Failed.* if it did, az aks update --resource-group rg-test --name aks lets/,
      ),
    ]);
  });

  it.each([
    ["azurerm_kubernetes_cluster_extension", "extensions", "flux", "az k8s-extension"],
    ["azurerm_kubernetes_flux_configuration", "fluxConfigurations", "mmrv", "az k8s-configuration flux"],
  ])("may be what extends a cluster, which has commands of its own: %s", async (type, kind, name, command) => {
    const own = { [type]: { it: { name, cluster_id: "${azurerm_kubernetes_cluster.cluster.id}" } } };
    const id = `${CLUSTER}/providers/Microsoft.KubernetesConfiguration/${kind}/${name}`;
    const ask: AskAzure = async (group) => inTheFirst({ id, state: "Failed" })(group);
    const { unfinished } = await unfinishedOf(
      { json: { resource: { ...json.resource, ...own } } },
      REHEARSAL_SUBSCRIPTION,
      ask,
    );
    const which = `--resource-group rg-test --cluster-name aks --cluster-type managedClusters --name ${name}`;
    expect(unfinished).toEqual([
      `${type}.it: Azure says Failed, so it was accepted and did not end: if it never worked, ${command} delete ${which}, then deploy again; if it did, ${command} update ${which} lets Azure try to end it`,
    ]);
  });

  it("is nobody's business here when the stack does not have it", async () => {
    const other = `${GROUP}/providers/Microsoft.ContainerRegistry/registries/another`;
    expect((await told(inTheFirst({ id: other, state: "Failed" }))).unfinished).toEqual([]);
  });

  it("is nothing when Azure finished all of it", async () => {
    expect(await told(inTheFirst())).toMatchObject({ unfinished: [], unknown: undefined });
  });
});

describe("Azure", () => {
  it("is asked once about each resource group, however much is in it, and about nothing else", async () => {
    expect((await told(inTheFirst())).groups.sort()).toEqual(
      ["rg-bootstrap", "rg-test"].map((name) => `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourcegroups/${name}`),
    );
  });

  it("is not asked about a stack that has nothing in a group", async () => {
    const ask: AskAzure = () => Promise.reject(new Error("nobody is to be asked"));
    expect(await unfinishedOf({ json: {} }, REHEARSAL_SUBSCRIPTION, ask)).toEqual({ unfinished: [] });
  });

  it("is quoted when it does not say, beside what it says of another group", async () => {
    const { unfinished, unknown } = await told((group) =>
      group.endsWith("rg-test") ? { unfinished: [{ id: CLUSTER, state: "Failed" }] } : { unknown: "Azure answers 403" },
    );
    expect([unknown, unfinished]).toEqual([
      "Azure answers 403",
      [expect.stringMatching(/^azurerm_kubernetes_cluster\.cluster: Azure says Failed/)],
    ]);
  });
});
