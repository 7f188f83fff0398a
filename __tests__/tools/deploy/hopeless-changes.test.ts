import { describe, expect, it } from "vitest";
import { changesIn, hopelessChanges } from "../../../tools/deploy/hopeless-changes";

interface Fake {
  readonly address: string;
  readonly actions: readonly string[];
  readonly before?: object | null;
  readonly after?: object | null;
  readonly replace?: readonly (readonly (string | number)[])[];
}

const said = (...changes: readonly Fake[]) =>
  hopelessChanges(
    changesIn(
      JSON.stringify({
        resource_changes: changes.map(({ actions, address, after = null, before = null, replace }) => ({
          address,
          type: address.split(".")[0],
          change: { actions, before, after, ...(replace && { replace_paths: replace }) },
        })),
      }),
      "the plan",
    ),
  );

const REGISTRY = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/cr";
const lock = (...actions: string[]): Fake => ({
  address: "azurerm_management_lock.registry_lock",
  actions,
  before: { id: `${REGISTRY}/providers/Microsoft.Authorization/locks/do-not-delete`, scope: REGISTRY },
});
const role = (scope: string): Fake => ({
  address: "azurerm_role_assignment.registry_push",
  actions: ["delete"],
  before: { id: `${scope}/providers/Microsoft.Authorization/roleAssignments/1`, scope },
});

describe("a deletion under a lock", () => {
  it("that stays is refused, with the two deployments that lead there", () => {
    expect(said(lock("no-op"), role(REGISTRY))).toEqual([
      "azurerm_role_assignment.registry_push would be deleted under azurerm_management_lock.registry_lock, which stays, and Azure refuses that (ScopeLocked): deploy with locks: false, then with locks: true",
    ]);
    expect(said(lock("no-op"), role(REGISTRY.toLowerCase()))).toHaveLength(1);
  });

  it("that goes in the same deployment is none: the lock goes first", () => {
    expect(said(lock("delete"), role(REGISTRY))).toEqual([]);
  });

  it("of another resource is none", () => {
    expect(said(lock("no-op"), role(`${REGISTRY}2`))).toEqual([]);
  });
});

const cluster = (before: object, after: object): Fake => ({
  address: "azurerm_kubernetes_cluster.cluster",
  actions: ["update"],
  before: { network_profile: [before] },
  after: { network_profile: [after] },
});
const OWN = { outbound_type: "loadBalancer", load_balancer_profile: [{ outbound_ip_address_ids: ["pip"] }] };
const MANAGED = { outbound_type: "loadBalancer", load_balancer_profile: [{ managed_outbound_ip_count: 1 }] };
const UNSET = { outbound_type: "loadBalancer", load_balancer_profile: [] };
const NAT = { outbound_type: "userAssignedNATGateway", load_balancer_profile: [] };
const ROUTED = { outbound_type: "userDefinedRouting", load_balancer_profile: [] };
const FIREWALL: Fake = {
  address: "azurerm_firewall.firewall",
  actions: ["no-op"],
  before: { id: "f" },
  after: { id: "f" },
};
const COMES: Fake = { ...FIREWALL, actions: ["create"], before: null };
const GOES: Fake = { ...FIREWALL, actions: ["delete"], after: null };

describe("a move of egress", () => {
  it.each<[string, readonly Fake[], string]>([
    [
      "from our own address to the NAT gateway",
      [cluster(OWN, NAT)],
      'egress from loadBalancer with our own address to natGateway fails in the middle of the apply, because an address has one holder at a time: deploy { via: "loadBalancer", address: "managed" } first (docs/egress.md)',
    ],
    ["from our own address to a firewall", [cluster(OWN, NAT), COMES], 'address: "managed" } first'],
    ["from an address of AKS's to a firewall", [cluster(MANAGED, NAT), COMES], '{ via: "natGateway", … } first'],
    ["from a NAT gateway to our own address", [cluster(NAT, OWN)], 'address: "unset" } first'],
    ["from a NAT gateway to an active firewall", [cluster(NAT, ROUTED), COMES], 'routing: "prepared", … } first'],
    ["from an active firewall to a NAT gateway", [cluster(ROUTED, NAT), GOES], 'routing: "prepared", … } first'],
    ["from an active firewall to the load balancer", [cluster(ROUTED, UNSET), GOES], 'routing: "prepared", … } first'],
  ])("%s is refused, with the step in between", (_, changes, sentence) => {
    expect(said(...changes)).toEqual([expect.stringContaining(sentence)]);
  });

  it.each<[string, readonly Fake[]]>([
    ["to an address of AKS's", [cluster(OWN, MANAGED)]],
    ["on to the NAT gateway", [cluster(MANAGED, NAT)]],
    ["back from it, with the profile left out", [cluster(NAT, UNSET)]],
    ["and home", [cluster(UNSET, OWN)]],
    ["to a firewall that is prepared", [cluster(NAT, NAT), COMES]],
    ["to one that is active", [cluster(NAT, ROUTED), FIREWALL]],
    ["back from it", [cluster(ROUTED, NAT), FIREWALL]],
    ["and without it", [cluster(NAT, NAT), GOES]],
    ["of a cluster that is not there yet", [{ ...cluster(OWN, NAT), before: null, actions: ["create"] }]],
  ])("one step %s is taken", (_, changes) => {
    expect(said(...changes)).toEqual([]);
  });
});

const replaced = (...replace: (string | number)[][]): Fake => ({
  address: "azurerm_kubernetes_cluster.cluster",
  actions: ["delete", "create"],
  before: {},
  after: {},
  replace,
});

describe("a load balancer profile that is added", () => {
  it.each([[["network_profile", 0, "load_balancer_profile"]], [["network_profile", 0, "load_balancer_profile", 0]]])(
    "is refused, because it is another cluster: %j",
    (path) => {
      expect(said(replaced(path))).toEqual([
        'azurerm_kubernetes_cluster.cluster would be replaced, and everything on it would be gone, because a load balancer profile is added: say { via: "loadBalancer", address: "unset" } first (docs/egress.md)',
      ]);
    },
  );
});

describe("a System pool under another name", () => {
  it("is refused, because it is another cluster; what else replaces one is the guard's business", () => {
    expect(said(replaced(["default_node_pool", 0, "name"]))).toEqual([
      "azurerm_kubernetes_cluster.cluster would be replaced, and everything on it would be gone: the System pool's name is frozen; put it back (its size changes in place: docs/rotate-node-pool.md)",
    ]);
    expect(said(replaced(["network_profile", 0, "pod_cidr"]))).toEqual([]);
  });
});

describe("a vault's retention", () => {
  it("is frozen: a change that Key Vault refuses each time is refused before", () => {
    const vault = (days: number): Fake => ({
      address: "azurerm_key_vault.vault",
      actions: ["update"],
      before: { soft_delete_retention_days: 7, sku_name: "standard" },
      after: { soft_delete_retention_days: days, sku_name: "premium" },
    });
    expect(said(vault(30))).toEqual([
      "azurerm_key_vault.vault: vaults.softDeleteDays was frozen at 7 when the vault was made, and Key Vault refuses another: put it back",
    ]);
    expect(said(vault(7))).toEqual([]);
  });
});

it("what is no plan is refused", () => {
  expect(() => changesIn('{"resource_changes": 7}', "the plan")).toThrow("the plan: is not a plan as JSON");
});
