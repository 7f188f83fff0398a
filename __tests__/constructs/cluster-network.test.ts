import type { TerraformResource } from "cdktf";
import { describe, expect, it } from "vitest";
import { ClusterNetwork, type ClusterNetworkProps } from "../../constructs/cluster-network";
import { ground } from "../support/provider-stack";
import { type Block, synthStack } from "../support/synth";

const RUNNER = { name: "snet-runner", addressPrefix: "10.0.4.0/26" };
const FIREWALL = { name: "AzureFirewallSubnet", addressPrefix: "10.0.7.0/26" };

function networkOf(more: Partial<ClusterNetworkProps> = {}) {
  let made: ClusterNetwork | undefined;
  const synthesized = synthStack((stack) => {
    made = new ClusterNetwork(stack, "network", {
      name: "vnet",
      resourceGroup: ground(stack),
      addressSpace: "10.0.0.0/16",
      nodes: { name: "snet-nodes", addressPrefix: "10.0.0.0/24" },
      apiServer: { name: "snet-api", addressPrefix: "10.0.1.0/28" },
      privateEndpoints: { name: "snet-endpoints", addressPrefix: "10.0.2.0/26" },
      ...more,
    });
  });
  if (!made) throw new Error("nothing was made");
  const delegations = Object.fromEntries(
    synthesized
      .all("azurerm_subnet")
      .map(({ name, delegation }: Block) => [name, delegation?.[0].service_delegation.name]),
  );
  return { ...synthesized, delegations, made };
}
const typesOf = (resources: readonly TerraformResource[]) =>
  resources.map(({ terraformResourceType }) => terraformResourceType).sort();

describe("ClusterNetwork", () => {
  it("gives the API server's subnet to AKS, and the others to nobody", () => {
    expect(networkOf().delegations).toEqual({
      "snet-nodes": undefined,
      "snet-api": "Microsoft.ContainerService/managedClusters",
      "snet-endpoints": undefined,
    });
  });

  it("has neither a runner's nor a firewall's subnet unless told", () => {
    const { made } = networkOf();
    expect([made.runner, made.firewall]).toEqual([undefined, undefined]);
  });

  it.each([
    ["machines that GitHub puts there", true, "GitHub.Network/networkSettings"],
    ["a machine of ours", false, undefined],
  ])("has a subnet for a runner: %s", (_, isGitHub, service) => {
    const { delegations, made } = networkOf({ runner: { ...RUNNER, isGitHub } });
    expect(made.runner?.name).toBe("vnet/snet-runner");
    expect(delegations["snet-runner"]).toBe(service);
  });

  it("gives every subnet a security group, but for the firewall's, where Azure refuses one", () => {
    const { all, made } = networkOf({ runner: { ...RUNNER, isGitHub: false }, firewall: FIREWALL });
    expect(made.firewall?.name).toBe("vnet/AzureFirewallSubnet");
    expect(all("azurerm_subnet")).toHaveLength(5);
    expect(
      all("azurerm_network_security_group")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["nsg-snet-api", "nsg-snet-endpoints", "nsg-snet-nodes", "nsg-snet-runner"]);
  });

  it("opens no port by itself, and has no way out that Azure gives unasked", () => {
    const { all } = networkOf({ runner: { ...RUNNER, isGitHub: true }, firewall: FIREWALL });
    expect(all("azurerm_network_security_rule")).toEqual([]);
    for (const subnet of all("azurerm_subnet")) expect(subnet.default_outbound_access_enabled).toBe(false);
  });

  it("is ready for nodes when every subnet is: Azure takes one write to a network at a time", () => {
    expect(typesOf(networkOf().made.nodes.ready)).toEqual(
      Array(3).fill("azurerm_subnet_network_security_group_association"),
    );
    expect(typesOf(networkOf({ runner: { ...RUNNER, isGitHub: true }, firewall: FIREWALL }).made.nodes.ready)).toEqual([
      "azurerm_subnet",
      ...Array(4).fill("azurerm_subnet_network_security_group_association"),
    ]);
  });
});
