import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { namesOf, stackKindsOf, stackName } from "../../model/naming";
import { helmValuesWithImages } from "../../tools/rehearsal/images";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { standby } from "../support/fixtures/environments/standby";
import { lostRegionIn } from "../support/lost-region";
import { type Block, reviewed, type Synthesized, synthBootstrap, synthProgram } from "../support/synth";

const folder = mkdtempSync(join(tmpdir(), "mmrv-standby-"));
afterAll(() => rmSync(folder, { recursive: true }));
const KINDS = stackKindsOf(standby).map(({ kind }) => kind);

let helmValues: string;
let stacks: Record<string, Synthesized>;
beforeAll(async () => {
  helmValues = await helmValuesWithImages(folder, [staging, production], 1);
  stacks = synthProgram({
    environments: [staging, production],
    standbys: [standby],
    helmValues,
    state: { type: "azurerm" },
  });
});
const get = (kind: string, all = stacks): Synthesized => {
  const stack = all[stackName(standby.name, kind)];
  if (!stack) throw new Error(`no ${kind}`);
  return stack;
};
const of = (changed: Environment) =>
  synthProgram({ environments: [staging, production], standbys: [changed], helmValues });

describe("a standby", () => {
  it.each(KINDS)("%s synthesizes as reviewed", async (kind) => {
    await expect(reviewed(get(kind))).toMatchFileSnapshot(`__snapshots__/${stackName(standby.name, kind)}.json`);
  });

  it("has no cutover and no Flux: its domains are another environment's, and Terraform releases what it runs", () => {
    expect(KINDS).toEqual(["infra", "cluster", "aws-access", "addons", "platform", "backend", "frontend"]);
  });

  it.each(KINDS)("%s says nothing of the region that is gone, but for the registry", (kind) => {
    expect(lostRegionIn(get(kind), production)).toEqual([]);
  });

  it("is judged by a rule that finds what a mistake would bring", () => {
    const { json } = get("cluster");
    const mistakes: [string, object, string][] = [
      ["a look-up", { data: { azurerm_key_vault: { x: { name: "kv-backend-prd-k3m7" } } } }, "kv-backend-prd-k3m7"],
      ["a region", { resource: { azurerm_storage_account: { x: { location: "eastus2" } } } }, "eastus2"],
      [
        "an address",
        { data: { azurerm_public_ip: { x: { name: "pip-mmrv-production-gateway" } } } },
        "pip-mmrv-production-gateway",
      ],
      [
        "a role on something else",
        {
          resource: {
            azurerm_role_assignment: {
              x: { role_definition_name: "Reader", scope: "/subscriptions/s/resourceGroups/rg-mmrv-production" },
            },
          },
        },
        "rg-mmrv-production",
      ],
    ];
    for (const [what, more, name] of mistakes)
      expect([what, lostRegionIn({ json: { ...json, ...more } }, production)]).toEqual([
        what,
        expect.arrayContaining([name]),
      ]);
  });

  it("looks up what is in its own groups alone", () => {
    const { resourceGroup, standbyBootstrapGroup } = namesOf(standby);
    const groups = KINDS.filter((kind) => kind !== "cluster").flatMap((kind) =>
      Object.values<Block>(get(kind).json.data ?? {}).flatMap((byName) =>
        Object.values<Block>(byName).flatMap(({ resource_group_name: group }) => group ?? []),
      ),
    );
    expect([...new Set(groups)].sort()).toEqual([standbyBootstrapGroup, resourceGroup].sort());
  });

  it("keeps its states in its own region", () => {
    const backends = KINDS.map((kind) => get(kind).json.terraform.backend.azurerm);
    expect(
      backends.map(({ container_name, resource_group_name, storage_account_name }) => [
        container_name,
        resource_group_name,
        storage_account_name,
      ]),
    ).toEqual(KINDS.map(() => ["standby", "rg-mmrv-bootstrap-standby", "ststbysbyk3m7"]));
    const { all, json } = synthBootstrap(bootstrap, [staging, production, standby]);
    const account = Object.values<Block>(json.resource.azurerm_storage_account).find(
      ({ name }) => name === "ststbysbyk3m7",
    );
    expect(account.location).toBe("${azurerm_resource_group.standby-group.location}");
    const groups = all("azurerm_resource_group").map(({ location, name }) => [name, location]);
    expect(groups).toContainEqual(["rg-mmrv-bootstrap-standby", "centralus"]);
    expect(groups).toContainEqual(["rg-mmrv-standby", "centralus"]);
  });

  it("is the environment that it stands by for, by everything that is not said of it anew", () => {
    const infra = synthProgram({ environments: [staging, production], helmValues })["production-infra"] as Synthesized;
    const types = (stack: Synthesized) => Object.keys(stack.json.resource);
    const [ours, theirs] = [[...types(get("infra")), ...types(get("cluster"))], types(infra)];
    expect(theirs.filter((type) => !ours.includes(type))).toEqual(["azurerm_container_registry"]);
    const fieldsOf = (stack: Synthesized) =>
      Object.keys(stack.one("azurerm_kubernetes_cluster")).filter((field) => field !== "//");
    expect(fieldsOf(get("cluster"))).toEqual(fieldsOf(infra));
  });
});

describe("what is deployed ahead", () => {
  it("has every role of the cluster, the right to pull included, and no cluster", () => {
    const { all, json } = get("infra");
    expect(json.resource.azurerm_kubernetes_cluster).toBeUndefined();
    const roles = all("azurerm_role_assignment").filter(({ principal_id }) =>
      /kubelet|cluster-identity/.test(principal_id),
    );
    expect(roles.map(({ role_definition_name }) => role_definition_name).sort()).toEqual([
      "AcrPull",
      "Managed Identity Operator",
      "Network Contributor",
      "Network Contributor",
      "Network Contributor",
      "Network Contributor",
      "Reader",
    ]);
    const pull = roles.find(({ role_definition_name }) => role_definition_name === "AcrPull");
    expect(pull.scope).toMatch(/\/resourceGroups\/rg-mmrv-production$/);
  });

  it("asks the registry's owner for a way to its replica", () => {
    const endpoint = get("infra")
      .all("azurerm_private_endpoint")
      .find(({ name }) => name === "pe-crmmrvprdk3m7");
    expect(endpoint.private_service_connection).toMatchObject({
      is_manual_connection: true,
      subresource_names: ["registry"],
    });
  });

  it("lets its deployer give the right to pull where the images are, and no other", () => {
    const { all } = synthBootstrap(bootstrap, [staging, production, standby]);
    const there = all("azurerm_role_assignment").filter(
      ({ principal_id, scope }) =>
        principal_id.includes("environment-standby_deployer") && scope.includes("environment-production_group"),
    );
    expect(there).toHaveLength(1);
    expect(there[0].condition).toContain("{7f951dda-4ed3-4680-a7ca-43fe172d538d}");
  });
});

describe("what is built at failover", () => {
  it("tells the cluster of an egress that is there, in every shape", () => {
    const shapes: [Environment["egress"], string][] = [
      [{ via: "natGateway", addresses: 2, idleTimeoutMinutes: 10 }, "userAssignedNATGateway"],
      [{ via: "loadBalancer", address: "own" }, "loadBalancer"],
    ];
    for (const [egress, type] of shapes) {
      const { network_profile: profile } = get("cluster", of({ ...standby, egress })).one("azurerm_kubernetes_cluster");
      expect([profile.outbound_type, profile.load_balancer_profile?.outbound_ip_address_ids]).toEqual([
        type,
        type === "loadBalancer" ? ["${data.azurerm_public_ip.egress-address.id}"] : undefined,
      ]);
    }
  });

  it("lets callers in from its own addresses, where it is public", () => {
    const shaped = of({ ...standby, access: { via: "authorizedRanges", ranges: ["203.0.113.0/29"] } });
    const { api_server_access_profile: profile } = get("cluster", shaped).one("azurerm_kubernetes_cluster");
    expect(profile.authorized_ip_ranges).toEqual([
      "203.0.113.0/29",
      "${data.azurerm_public_ip.egress-address.ip_address}/32",
    ]);
  });

  it("reaches the database by the server that takes over", () => {
    const endpoint = get("cluster")
      .all("azurerm_private_endpoint")
      .find(({ name }) => name === "pe-change-me-standby");
    expect(endpoint.private_service_connection.private_connection_resource_id).toMatch(
      /\/Microsoft\.DBforPostgreSQL\/flexibleServers\/change-me-standby$/,
    );
  });
});
