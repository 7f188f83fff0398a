import { describe, expect, it } from "vitest";
import { PublicAddress } from "../../constructs/public-address";
import { endpointsOf } from "../support/network-fixture";
import { addressOf } from "../support/order";
import { type Block, synthStack } from "../support/synth";

type Attach = (owner: (id: string) => PublicAddress, endpoints: ReturnType<typeof endpointsOf>["endpoints"]) => void;

const attached = (attach: Attach) =>
  synthStack((stack) => {
    const { endpoints, resourceGroup } = endpointsOf(stack);
    // Anything with an id and a name can be an owner.
    attach((id) => new PublicAddress(stack, id, { name: `name-of-${id}`, resourceGroup, zones: [] }), endpoints);
  });

describe("PrivateEndpoints", () => {
  it.each([
    ["registry", "privatelink.azurecr.io", "registry"],
    ["vault", "privatelink.vaultcore.azure.net", "vault"],
    ["blob", "privatelink.blob.core.windows.net", "blob"],
    ["postgresqlFlexible", "privatelink.postgres.database.azure.com", "postgresqlServer"],
    ["mysqlFlexible", "privatelink.mysql.database.azure.com", "mysqlServer"],
    ["sql", "privatelink.database.windows.net", "sqlServer"],
  ] as const)("finds %s under its usual host name inside the network", (service, zone, group) => {
    const stack = attached((owner, endpoints) => void endpoints.attach(owner("owner"), service));
    expect(stack.one("azurerm_private_dns_zone")).toMatchObject({
      name: zone,
      resource_group_name: "${azurerm_resource_group.group.name}",
    });
    expect(stack.one("azurerm_private_endpoint")).toMatchObject({
      name: "pe-name-of-owner",
      subnet_id: `\${${addressOf(stack, "azurerm_subnet")}.id}`,
      private_service_connection: {
        private_connection_resource_id: "${azurerm_public_ip.owner.id}",
        subresource_names: [group],
        is_manual_connection: false,
      },
      private_dns_zone_group: {
        name: "default",
        private_dns_zone_ids: [`\${${addressOf(stack, "azurerm_private_dns_zone")}.id}`],
      },
    });
  });

  it("links the zone to the network, and still finds somebody else's service that is not in it", () => {
    const stack = attached((owner, endpoints) => void endpoints.attach(owner("owner"), "vault"));
    expect(stack.one("azurerm_private_dns_zone_virtual_network_link")).toMatchObject({
      private_dns_zone_name: `\${${addressOf(stack, "azurerm_private_dns_zone")}.name}`,
      virtual_network_id: `\${${addressOf(stack, "azurerm_virtual_network")}.id}`,
      resolution_policy: "NxDomainRedirect",
    });
  });

  it("has one zone for all owners of a service, and none before the first", () => {
    const { all } = attached((owner, endpoints) => {
      for (const id of ["one", "two"]) endpoints.attach(owner(id), "vault");
      endpoints.attach(owner("three"), "registry");
    });
    expect(all("azurerm_private_dns_zone").map(({ name }) => name)).toEqual([
      "privatelink.azurecr.io",
      "privatelink.vaultcore.azure.net",
    ]);
    expect(all("azurerm_private_dns_zone_virtual_network_link")).toHaveLength(2);
    const none = attached((owner) => void owner("alone"));
    expect(none.all("azurerm_private_dns_zone")).toEqual([]);
    expect(none.all("azurerm_private_endpoint")).toEqual([]);
  });

  it("moves in when its subnet has its security group", () => {
    const stack = attached((owner, endpoints) => void endpoints.attach(owner("owner"), "vault"));
    expect(stack.one("azurerm_private_endpoint").depends_on).toEqual([
      addressOf(stack, "azurerm_subnet_network_security_group_association"),
    ]);
  });

  it("asks the owner of what is not ours, in words that he reads", () => {
    const connection: Block = attached(
      (owner, endpoints) => void endpoints.attach(owner("theirs"), "sql", "MMRV asks to be let in"),
    ).one("azurerm_private_endpoint").private_service_connection;
    expect(connection).toMatchObject({ is_manual_connection: true, request_message: "MMRV asks to be let in" });
    const ours: Block = attached((owner, endpoints) => void endpoints.attach(owner("ours"), "sql")).one(
      "azurerm_private_endpoint",
    ).private_service_connection;
    expect(ours).not.toHaveProperty("request_message");
  });
});
