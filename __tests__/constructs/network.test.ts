import { describe, expect, it } from "vitest";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { Network } from "../../constructs/network";
import { roleAssignmentName } from "../../constructs/role-assignment";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("Network", () => {
  const { one } = synthStack((stack) => {
    const network = new Network(stack, "network", {
      name: "vnet",
      resourceGroup: ground(stack),
      addressSpace: "10.0.0.0/16",
    });
    const subnet = network.addSubnet("api", {
      name: "snet-api",
      addressPrefix: "10.0.1.0/28",
      delegateTo: "Microsoft.ContainerService/managedClusters",
    });
    subnet.allowInbound("web", { priority: 100, source: "Internet", destination: "10.0.1.4", ports: ["443"] });
  });

  it("gives each subnet its own security group and no way out", () => {
    expect(one("azurerm_subnet").default_outbound_access_enabled).toBe(false);
    expect(one("azurerm_subnet_network_security_group_association")).toMatchObject({
      subnet_id: expect.stringContaining("azurerm_subnet.network_api"),
      network_security_group_id: expect.stringContaining("azurerm_network_security_group.network_api"),
    });
  });

  it("delegates a subnet to the service that moves in", () => {
    expect(one("azurerm_subnet").delegation).toEqual([
      {
        name: "service",
        service_delegation: {
          name: "Microsoft.ContainerService/managedClusters",
          actions: ["Microsoft.Network/virtualNetworks/subnets/join/action"],
        },
      },
    ]);
  });

  it("lets in what a rule names, over TCP", () => {
    expect(one("azurerm_network_security_rule")).toMatchObject({
      access: "Allow",
      direction: "Inbound",
      protocol: "Tcp",
      destination_port_ranges: ["443"],
      source_address_prefix: "Internet",
    });
  });

  it("has subnets without a security group, where a service refuses one, which let in nothing by a rule", () => {
    const { all } = synthStack((stack) => {
      const network = new Network(stack, "network", {
        name: "vnet",
        resourceGroup: ground(stack),
        addressSpace: "10.0.0.0/16",
      });
      const subnet = network.addSubnet("firewall", {
        name: "AzureFirewallSubnet",
        addressPrefix: "10.0.7.0/26",
        securityGroup: false,
      });
      expect(subnet.ready.map(({ terraformResourceType }) => terraformResourceType)).toEqual(["azurerm_subnet"]);
      expect(() =>
        subnet.allowInbound("web", { priority: 100, source: "Internet", destination: "*", ports: ["443"] }),
      ).toThrow("vnet/AzureFirewallSubnet: must have a security group");
    });
    expect(all("azurerm_network_security_group")).toEqual([]);
  });

  it("has a rule before anything moves into the subnet", () => {
    synthStack((stack) => {
      const network = new Network(stack, "network", {
        name: "vnet",
        resourceGroup: ground(stack),
        addressSpace: "10.0.0.0/16",
      });
      const subnet = network.addSubnet("nodes", { name: "snet-nodes", addressPrefix: "10.0.0.0/24" });
      subnet.allowInbound("web", { priority: 100, source: "Internet", destination: "*", ports: ["443"] });
      expect(subnet.ready.map(({ terraformResourceType }) => terraformResourceType)).toEqual([
        "azurerm_subnet_network_security_group_association",
        "azurerm_network_security_rule",
      ]);
    });
  });

  it("lets a cluster join one subnet, and not the network", () => {
    const { all } = synthStack((stack) => {
      const resourceGroup = ground(stack);
      const network = new Network(stack, "network", { name: "vnet", resourceGroup, addressSpace: "10.0.0.0/16" });
      const subnet = network.addSubnet("nodes", { name: "snet-nodes", addressPrefix: "10.0.0.0/24" });
      subnet.grantJoin("join", new ManagedIdentity(stack, "cluster", { name: "id-cluster", resourceGroup }));
    });
    expect(all("azurerm_role_assignment")).toEqual([
      expect.objectContaining({
        role_definition_name: "Network Contributor",
        scope: expect.stringMatching(/^\$\{azurerm_subnet\.network_nodes_\w+\.id\}$/),
        principal_id: "${azurerm_user_assigned_identity.cluster.principal_id}",
        // By network and subnet: another network may have a subnet of that name.
        name: roleAssignmentName("vnet/snet-nodes", "Network Contributor", "id-cluster"),
      }),
    ]);
  });
});
