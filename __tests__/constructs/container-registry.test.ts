import { describe, expect, it } from "vitest";
import { ContainerRegistry } from "../../constructs/container-registry";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { Network } from "../../constructs/network";
import { PrivateEndpoints } from "../../constructs/private-endpoint";
import { endpointsOf } from "../support/network-fixture";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

const PREMIUM = {
  tier: "Premium",
  untaggedRetentionDays: 15,
  replicaRegions: ["centralus"],
  network: { allowedRanges: ["203.0.113.0/29"] },
} as const;

describe("ContainerRegistry", () => {
  it("has no admin user and no anonymous pull", () => {
    const { one } = synthStack((stack) => {
      new ContainerRegistry(stack, "registry", {
        name: "crtest",
        resourceGroup: ground(stack),
        tier: { tier: "Standard" },
      });
    });
    expect(one("azurerm_container_registry")).toMatchObject({
      admin_enabled: false,
      anonymous_pull_enabled: false,
      sku: "Standard",
    });
    expect(one("azurerm_container_registry")).not.toHaveProperty("retention_policy_in_days");
    expect(one("azurerm_container_registry")).not.toHaveProperty("zone_redundancy_enabled");
  });

  it("is closed to the public and to exports once it has a private address", () => {
    const { one } = synthStack((stack) => {
      const resourceGroup = ground(stack);
      const network = new Network(stack, "network", { name: "vnet", resourceGroup, addressSpace: "10.0.0.0/16" });
      const subnet = network.addSubnet("endpoints", { name: "snet", addressPrefix: "10.0.0.0/26" });
      const privateEndpoints = new PrivateEndpoints(stack, "endpoints", { network, subnet });
      const tier = {
        tier: "Premium",
        dedicatedDataEndpoint: true,
        untaggedRetentionDays: 15,
        replicaRegions: ["centralus"],
        network: { privateEndpoints },
      } as const;
      new ContainerRegistry(stack, "registry", { name: "crtest", resourceGroup, tier });
    });
    expect(one("azurerm_container_registry")).toMatchObject({
      public_network_access_enabled: false,
      export_policy_enabled: false,
      retention_policy_in_days: 15,
      georeplications: [{ location: "centralus", zone_redundancy_enabled: true }],
    });
    expect(one("azurerm_private_endpoint").private_service_connection.subresource_names).toEqual(["registry"]);
    expect(one("azurerm_private_dns_zone").name).toBe("privatelink.azurecr.io");
  });

  it("grants AcrPush and nothing else to a pipeline", () => {
    const { all } = synthStack((stack) => {
      const resourceGroup = ground(stack);
      const registry = new ContainerRegistry(stack, "registry", {
        name: "crtest",
        resourceGroup,
        tier: { tier: "Standard" },
      });
      registry.grantPush("push", new ManagedIdentity(stack, "pipeline", { name: "id-push", resourceGroup }));
    });
    expect(all("azurerm_role_assignment")).toMatchObject([
      {
        role_definition_name: "AcrPush",
        principal_type: "ServicePrincipal",
        scope: "${azurerm_container_registry.registry.id}",
      },
    ]);
  });

  it.each([
    ["Standard, whose layers come from anybody's storage", { tier: "Standard" }, ["*.blob.core.windows.net"]],
    [
      "Premium without a data endpoint, likewise",
      { ...PREMIUM, dedicatedDataEndpoint: false },
      ["*.blob.core.windows.net"],
    ],
    [
      "Premium with one, in every region that serves",
      { ...PREMIUM, dedicatedDataEndpoint: true },
      ["crtest.eastus2.data.azurecr.io", "crtest.centralus.data.azurecr.io"],
    ],
  ] as const)("tells a firewall where images come from: %s", (_, tier, layers) => {
    let hosts: readonly string[] = [];
    synthStack((stack) => {
      ({ publicHosts: hosts } = new ContainerRegistry(stack, "registry", {
        name: "crtest",
        resourceGroup: { name: ground(stack).name, location: "eastus2" },
        tier,
      }));
    });
    expect(hosts).toEqual(["crtest.azurecr.io", ...layers]);
  });

  it("tells a firewall nothing once it has a private address", () => {
    let made: ContainerRegistry | undefined;
    synthStack((stack) => {
      const { endpoints, resourceGroup } = endpointsOf(stack);
      const tier = { ...PREMIUM, dedicatedDataEndpoint: true, network: { privateEndpoints: endpoints } };
      made = new ContainerRegistry(stack, "registry", { name: "crtest", resourceGroup, tier });
    });
    expect(made?.publicHosts).toEqual([]);
    expect(made?.endpoints).toHaveLength(1);
  });

  it("lets in the ranges that are named and denies the rest, in every zone, for as long as it is public", () => {
    const { one } = synthStack((stack) => {
      new ContainerRegistry(stack, "registry", {
        name: "crtest",
        resourceGroup: ground(stack),
        tier: {
          ...PREMIUM,
          dedicatedDataEndpoint: true,
          network: { allowedRanges: ["203.0.113.0/29", "198.51.100.7"] },
        },
      });
    });
    expect(one("azurerm_container_registry")).toMatchObject({
      public_network_access_enabled: true,
      export_policy_enabled: true,
      zone_redundancy_enabled: true,
      data_endpoint_enabled: true,
      network_rule_set: [
        {
          default_action: "Deny",
          ip_rule: [
            { action: "Allow", ip_range: "203.0.113.0/29" },
            // A single address is read back with its prefix.
            { action: "Allow", ip_range: "198.51.100.7/32" },
          ],
        },
      ],
    });
  });

  it("grants AcrPull and nothing else to nodes", () => {
    const { all } = synthStack((stack) => {
      const resourceGroup = ground(stack);
      new ContainerRegistry(stack, "registry", { name: "crtest", resourceGroup, tier: { tier: "Standard" } }).grantPull(
        new ManagedIdentity(stack, "kubelet", { name: "id-kubelet", resourceGroup }),
      );
    });
    expect(all("azurerm_role_assignment")).toEqual([
      expect.objectContaining({
        role_definition_name: "AcrPull",
        scope: "${azurerm_container_registry.registry.id}",
        principal_id: "${azurerm_user_assigned_identity.kubelet.principal_id}",
      }),
    ]);
  });
});
