import { describe, expect, it } from "vitest";
import { withProducers } from "../../../tools/program/stacks";
import { floorOf } from "../../../tools/rehearsal/durations";
import { resourceGraph } from "../../../tools/terraform/stack-json";

const stack = (id: string, ...producers: string[]) => ({ id, producers });

describe("withProducers", () => {
  const all = [stack("infra"), stack("platform", "infra"), stack("backend", "platform"), stack("other")];
  const names = (...wanted: string[]) => withProducers(all, wanted).map(({ id }) => id);

  it("adds what a stack needs, however far away, producers first", () => {
    expect(names("backend")).toEqual(["infra", "platform", "backend"]);
    expect(names("other", "platform")).toEqual(["infra", "platform", "other"]);
  });

  it("takes every stack when none is named", () => {
    expect(names()).toEqual(["infra", "platform", "backend", "other"]);
  });

  it("names every unknown stack and those that there are", () => {
    expect(() => names("infra", "nope", "neither")).toThrow(
      "no stack is called nope, neither; the stacks are infra, platform, backend, other",
    );
  });
});

const JSON_OF_A_STACK = {
  resource: {
    azurerm_resource_group: { group: { name: "rg" } },
    azurerm_key_vault: {
      open: { resource_group_name: "${azurerm_resource_group.group.name}" },
      closed: { resource_group_name: "${azurerm_resource_group.group.name}", public_network_access_enabled: false },
    },
    azurerm_role_assignment: {
      role: { scope: "${azurerm_key_vault.open.id}", depends_on: ["azurerm_key_vault.closed"] },
    },
    azurerm_virtual_network: { network: { name: "${data.azurerm_resource_group.elsewhere.name}" } },
  },
};

describe("resourceGraph", () => {
  it("finds references and dependencies between managed resources, and no data sources", () => {
    const graph = resourceGraph(JSON_OF_A_STACK);
    expect(graph.get("azurerm_role_assignment.role")?.needs).toEqual([
      "azurerm_key_vault.open",
      "azurerm_key_vault.closed",
    ]);
    expect(graph.get("azurerm_virtual_network.network")?.needs).toEqual([]);
  });
});

describe("floorOf", () => {
  it("adds the provider's waits along the longest path: group 20, public vault 120, role 20", () => {
    expect(floorOf(JSON_OF_A_STACK, "create")).toBe(160);
  });

  it("knows that a vault without public access is not waited for", () => {
    const { open: _, closed } = JSON_OF_A_STACK.resource.azurerm_key_vault;
    const { azurerm_resource_group } = JSON_OF_A_STACK.resource;
    expect(floorOf({ resource: { azurerm_resource_group, azurerm_key_vault: { closed } } }, "create")).toBe(20);
  });
});
