import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { BUILT_IN_ROLES } from "../../../../constructs/support/roles";
import { NOT_COMPUTABLE, resourceIds } from "../../../../tools/deploy/resource-ids";
import { FOUND_BY_ASKING } from "../../../../tools/state/rebuild/others";
import { findMissing, importFound, planAfterwards } from "../../../../tools/state/rebuild/rebuild";
import type { StackJson } from "../../../../tools/terraform/stack-json";
import { importingTerraform } from "../../../support/importing-terraform";
import { stackInfo } from "../../../support/small-stack";

const SUBSCRIPTION = "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11";
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`;
const NETWORK = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet`;
const WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/log`;
const ROLES = `${GROUP}/providers/Microsoft.Authorization/roleAssignments`;

let stop: () => void = () => {};
afterEach(() => {
  stop();
  stop = () => {};
});

/** A stack, what is in Azure of it, and what Azure answers. */
function world(resource: StackJson["resource"], more: Omit<Parameters<typeof importingTerraform>[0], "json">) {
  const json: StackJson = { resource };
  const made = importingTerraform({ json, ...more });
  stop = made.stop;
  const asked: string[] = [];
  const told: string[] = [];
  const answers: Record<string, { status: number; body: object }> = {};
  const ask = async ({ url }: { readonly url: string }) => {
    const path = url.replace("https://management.azure.com", "").replace(/\?.*/, "");
    asked.push(path);
    const { body, status } = answers[path] ?? { status: 404, body: {} };
    return { status, body: JSON.stringify(body) };
  };
  const stack = stackInfo("staging-infra", { json });
  const options = { subscription: SUBSCRIPTION, ask, tell: (line: string) => void told.push(line) };
  return { ...made, stack, options, asked, told, answers, find: () => findMissing(stack, made.place, options) };
}

const NET = { azurerm_virtual_network: { network: { name: "vnet", resource_group_name: "rg" } } };
const subnets = (...names: string[]) => ({
  azurerm_subnet: Object.fromEntries(
    names.map((name) => [name, { name, resource_group_name: "rg", virtual_network_name: "vnet" }]),
  ),
});

describe("a state that is lost", () => {
  it("is imported whole, under computed ids, in one plan that takes every difference as it is", async () => {
    const one = world({ ...NET, ...subnets("a") }, { ids: [NETWORK, `${NETWORK}/subnets/a`] });
    const found = await one.find();
    expect(found).toEqual({
      blocks: [
        ["azurerm_virtual_network.network", NETWORK],
        ["azurerm_subnet.a", `${NETWORK}/subnets/a`],
      ],
      oneByOne: [],
      unimportable: [],
      absent: [],
    });
    expect(one.known.size).toBe(0);
    await importFound(one.stack, one.place, found);
    expect(one.known).toEqual(new Map(found.blocks));
    const beside = "mmrv-rebuild.tf.json, mmrv-rebuild_override.tf.json beside the program";
    expect(one.calls).toEqual([
      `plan with ${beside}`,
      `plan with ${beside}`,
      // The plan is whole: what hides differences is gone before anything happens.
      "apply with nothing beside the program",
    ]);
    expect(await planAfterwards(one.stack, one.place)).toEqual({ leftovers: [], unexpected: [] });
    expect(one.left()).toEqual([]);
  });

  it("that lacks a part gets that part alone", async () => {
    const one = world({ ...NET, ...subnets("a") }, { ids: [NETWORK, `${NETWORK}/subnets/a`] });
    one.known.set("azurerm_virtual_network.network", NETWORK);
    expect((await one.find()).blocks).toEqual([["azurerm_subnet.a", `${NETWORK}/subnets/a`]]);
  });

  it("stays without what is not in Azure, which is named and made by nobody here", async () => {
    const one = world({ ...NET, ...subnets("a", "b") }, { ids: [NETWORK, `${NETWORK}/subnets/a`] });
    const found = await one.find();
    expect(found.absent).toEqual(["azurerm_subnet.b"]);
    await importFound(one.stack, one.place, found);
    expect([...one.known.keys()]).toEqual(["azurerm_virtual_network.network", "azurerm_subnet.a"]);
    expect(await planAfterwards(one.stack, one.place)).toEqual({
      leftovers: [],
      unexpected: ["create azurerm_subnet.b"],
    });
  });

  it("is not rebuilt when imports alone would not do", async () => {
    const more = [{ address: "azurerm_virtual_network.network", actions: ["create"] }];
    const one = world(subnets("a"), { ids: [`${NETWORK}/subnets/a`], more });
    const found = {
      blocks: [["azurerm_subnet.a", `${NETWORK}/subnets/a`]] as const,
      oneByOne: [],
      unimportable: [],
      absent: [],
    };
    await expect(importFound(one.stack, one.place, found)).rejects.toThrow(
      "staging-infra: its state cannot be rebuilt by imports alone; nothing was touched\n  would create azurerm_virtual_network.network\n  next: ",
    );
    expect([one.known.size, one.left()]).toEqual([0, []]);
  });
});

describe("what the program does not say is asked for", () => {
  it("the same role of the same principal, under another name", async () => {
    const role = { scope: GROUP, role_definition_name: "Reader", principal_id: "principal" };
    const address = "azurerm_role_assignment.reader";
    const one = world(
      { azurerm_role_assignment: { reader: { ...role, name: "computed" } } },
      { ids: [`${ROLES}/by-hand`], planned: { [address]: role } },
    );
    const given = (name: string, roleId: string, principalId: string) => ({
      id: `${ROLES}/${name}`,
      properties: {
        principalId,
        roleDefinitionId: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      },
    });
    const value = [
      given("other-role", BUILT_IN_ROLES.Contributor, "principal"),
      given("other-principal", BUILT_IN_ROLES.Reader, "somebody"),
      given("by-hand", BUILT_IN_ROLES.Reader, "principal"),
    ];
    one.answers[ROLES] = { status: 200, body: { value } };
    expect(await one.find()).toEqual({
      blocks: [[address, `${ROLES}/by-hand`]],
      oneByOne: [],
      unimportable: [],
      absent: [],
    });
    expect(one.asked).toEqual([ROLES]);
    one.answers[ROLES] = { status: 403, body: {} };
    await expect(one.find()).rejects.toThrow(`Azure does not say who has a role on ${GROUP} (403)`);
  });

  it("tables of a log workspace, which are put into the state because their provider cannot import them", async () => {
    const address = "azurerm_log_analytics_workspace_table.audit";
    const table = { name: "AKSAuditAdmin", workspace_id: WORKSPACE };
    const one = world(
      { azurerm_log_analytics_workspace_table: { audit: table } },
      { ids: [], planned: { [address]: table } },
    );
    expect((await one.find()).absent).toEqual([address]);
    const id = `${WORKSPACE}/tables/AKSAuditAdmin`;
    one.answers[id] = { status: 200, body: {} };
    const found = await one.find();
    expect(found).toEqual({
      blocks: [],
      oneByOne: [],
      unimportable: [{ address, id, attributes: { id, ...table } }],
      absent: [],
    });
    await importFound(one.stack, one.place, found);
    expect(one.state).toEqual({
      version: 4,
      serial: 2,
      lineage: "ours",
      resources: [
        {
          mode: "managed",
          type: "azurerm_log_analytics_workspace_table",
          name: "audit",
          provider: 'provider["registry.terraform.io/hashicorp/azurerm"]',
          instances: [{ schema_version: 0, attributes: { id, ...table } }],
        },
      ],
    });
  });

  it("objects of a cluster and a provider of AWS, by what the plan knows of them", async () => {
    const definition = 'kubernetes_manifest.definition["gateways.gateway.networking.k8s.io"]';
    const url = "https://oidc.prod-aks.azure.com/tenant/issuer/";
    const manifest = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "gateways.gateway.networking.k8s.io" },
    };
    const ids = [
      "apiVersion=apiextensions.k8s.io/v1,kind=CustomResourceDefinition,name=gateways.gateway.networking.k8s.io",
      "arn:aws:iam::123456789012:oidc-provider/oidc.prod-aks.azure.com/tenant/issuer/",
    ] as const;
    const one = world(
      { kubernetes_manifest: { definition: {} }, aws_iam_openid_connect_provider: { issuer: {} } },
      { ids, planned: { [definition]: { manifest }, "aws_iam_openid_connect_provider.issuer": { url } } },
    );
    expect(await one.find()).toEqual({
      blocks: [["aws_iam_openid_connect_provider.issuer", ids[1]]],
      oneByOne: [[definition, ids[0]]],
      unimportable: [],
      absent: [],
    });
  });

  it("releases and objects of a cluster whose provider plans from the program alone, one by one and before the others", async () => {
    const one = world(
      {
        ...NET,
        helm_release: { backend: { name: "backend", namespace: "mmrv" }, other: { name: "other", namespace: "mmrv" } },
      },
      { ids: [NETWORK, "mmrv/backend"] },
    );
    const found = await one.find();
    expect(found.oneByOne).toEqual([
      ["helm_release.backend", "mmrv/backend"],
      ["helm_release.other", "mmrv/other"],
    ]);
    one.calls.length = 0;
    expect(await importFound(one.stack, one.place, found)).toEqual(["helm_release.other"]);
    expect([...one.known.keys()]).toEqual(["helm_release.backend", "azurerm_virtual_network.network"]);
    expect(one.calls.map((call) => call.split(" with")[0])).toEqual([
      "import helm_release.backend",
      "import helm_release.other",
      "plan",
      "apply",
    ]);
  });
});

/** Every stack of the fixtures as it was reviewed, in each of its shapes. */
const SNAPSHOTS = "__tests__/stacks/__snapshots__";
const stacks = readdirSync(SNAPSHOTS)
  .filter((file) => file.endsWith(".json"))
  .map((file): [string, StackJson] => [file, JSON.parse(readFileSync(join(SNAPSHOTS, file), "utf8"))]);

describe("every resource type of every stack", () => {
  it("has an id that follows from the program, or is found by asking", () => {
    const types = stacks.flatMap(([, { resource = {} }]) => Object.keys(resource));
    const asked = [...new Set(types)].filter((type) => type in NOT_COMPUTABLE);
    expect(asked.filter((type) => !FOUND_BY_ASKING.includes(type))).toEqual([]);
    expect(asked.length).toBeGreaterThan(1);
  });

  it.each(stacks)("%s: each resource has exactly one, and no two have the same", (_, json) => {
    const ids = resourceIds(json, SUBSCRIPTION);
    const computable = Object.entries(json.resource ?? {})
      .filter(([type]) => !(type in NOT_COMPUTABLE))
      .flatMap(([type, byName]) => Object.keys(byName).map((name) => `${type}.${name}`));
    expect([...ids.keys()].sort()).toEqual(computable.sort());
    const byType = [...ids].map(([address, id]) => `${address.split(".")[0]} ${id}`.toLowerCase());
    expect(new Set(byType).size).toBe(ids.size);
    expect([...ids.values()].filter((id) => id.endsWith("/") || id.includes("//"))).toEqual([]);
  });

  it("is named as Terraform's own documentation of the type says", () => {
    const idsOf = (file: string) => resourceIds(stacks.find(([name]) => name === file)?.[1] ?? {}, SUBSCRIPTION);
    expect(idsOf("staging-cutover-canary.json").get("aws_route53_record.api_example_com-A-azure")).toBe(
      "Z0123456789ABC_api.example.com_A_azure",
    );
    const addons = [...idsOf("staging-addons.json")].filter(([address]) => address.includes("network_policy"));
    expect(addons.map(([, id]) => id)).toContain("cert-manager/cainjector");
  });
});
