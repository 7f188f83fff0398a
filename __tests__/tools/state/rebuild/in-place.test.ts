import { describe, expect, it } from "vitest";
import { absentIn, type PlannedChange } from "../../../../tools/state/rebuild/import-plan";
import { judge } from "../../../../tools/state/rebuild/in-place";

const change = (address: string, actions: string[], before: unknown = null, after: unknown = null): PlannedChange => ({
  address,
  mode: "managed",
  type: address.split(".")[0] ?? "",
  change: { actions, before, after },
});
const POOL = "azurerm_kubernetes_cluster_node_pool.apps";

describe("a plan onto a rebuilt state", () => {
  it("may show what every import leaves, and is told of it by the way to it", () => {
    const pool = (name: string | null) => ({ node_count: 1, temporary_name_for_rotation: name });
    const cluster = (name: string | null) => ({ name: "aks", default_node_pool: [{ ...pool(name), vm_size: "D4" }] });
    expect(
      judge([
        change(POOL, ["update"], pool(null), pool("tmp1")),
        change("azurerm_kubernetes_cluster.aks", ["update"], cluster(null), cluster("tmp2")),
        change("azurerm_subnet.a", ["no-op"]),
      ]),
    ).toEqual({
      leftovers: [
        `${POOL} temporary_name_for_rotation`,
        "azurerm_kubernetes_cluster.aks default_node_pool.temporary_name_for_rotation",
      ],
      unexpected: [],
    });
  });

  it("may show of a release how it is installed, which Helm does not keep, and nothing else", () => {
    const release = (more: object) => ({ name: "backend", namespace: "mmrv", ...more });
    const imported = release({
      id: "backend",
      chart: "mmrv-app",
      timeout: 300,
      values: null,
      metadata: { revision: 1 },
    });
    const planned = release({ chart: "assets/mmrv-app", timeout: 900, values: ["{}"] });
    expect(judge([change("helm_release.r", ["update"], imported, planned)])).toEqual({
      leftovers: ["id", "chart", "timeout", "values", "metadata"].map((path) => `helm_release.r ${path}`),
      unexpected: [],
    });
    expect(
      judge([change("helm_release.r", ["update"], imported, { ...planned, namespace: "other" })]).unexpected,
    ).toEqual(["update helm_release.r: namespace"]);
  });

  it("may make, delete, replace and otherwise change nothing", () => {
    expect(
      judge([
        change("azurerm_subnet.a", ["create"]),
        change("azurerm_subnet.b", ["delete"]),
        change("azurerm_subnet.c", ["delete", "create"]),
        change(
          POOL,
          ["update"],
          { temporary_name_for_rotation: null, node_count: 1 },
          { temporary_name_for_rotation: "t", node_count: 2 },
        ),
        change(
          "azurerm_key_vault.v",
          ["update"],
          { temporary_name_for_rotation: null },
          { temporary_name_for_rotation: "t" },
        ),
      ]),
    ).toEqual({
      leftovers: [],
      unexpected: [
        "create azurerm_subnet.a",
        "delete azurerm_subnet.b",
        "delete and create azurerm_subnet.c",
        `update ${POOL}: node_count`,
        "update azurerm_key_vault.v: temporary_name_for_rotation",
      ],
    });
  });
});

describe("what Terraform says of something that is not there", () => {
  const blocks = [
    ["azurerm_subnet.a", "id"],
    ['kubernetes_manifest.d["a.b"]', "id"],
    ["helm_release.r", "mmrv/r"],
  ] as const;
  it.each([
    [
      'Cannot import non-existent remote object: While attempting to import an existing object to "azurerm_subnet.a", the provider detected that no object exists with the given id.',
      "azurerm_subnet.a",
    ],
    [
      'Cannot import non-existent remote object: While attempting to import an existing object to "kubernetes_manifest.d[\\"a.b\\"]", the provider detected',
      'kubernetes_manifest.d["a.b"]',
    ],
    ["helm_release.r: release: not found", "helm_release.r"],
    [
      "azurerm_subnet.a: retrieving Subnet: unexpected status 404 (404 Not Found) with error: ParentResourceNotFound",
      "azurerm_subnet.a",
    ],
    ["azurerm_subnet.other: retrieving Subnet: unexpected status 404", undefined],
    ["azurerm_subnet.a: retrieving Subnet: unexpected status 403 (403 Forbidden)", undefined],
  ])("%s", (error, address) => {
    expect(absentIn(error, blocks)).toBe(address);
  });
});
