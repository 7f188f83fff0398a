import { describe, expect, it } from "vitest";
import { type DatabaseConnection, ExistingDatabase } from "../../constructs/existing-database";
import { PublicAddress } from "../../constructs/public-address";
import { endpointsOf } from "../support/network-fixture";
import { isAfter } from "../support/order";
import { type Block, type Synthesized, synthStack } from "../support/synth";

const OURS = "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11";
const THEIRS = "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d12";
const there = { resourceGroup: "rg-data", name: "db" };
const FLEXIBLE = ["postgresqlFlexible", "mysqlFlexible"] as const;
const KINDS = [...FLEXIBLE, "sql"] as const;
type Kind = (typeof KINDS)[number];
const AZURE_TYPE: Record<Kind, string> = {
  postgresqlFlexible: "Microsoft.DBforPostgreSQL/flexibleServers",
  mysqlFlexible: "Microsoft.DBforMySQL/flexibleServers",
  sql: "Microsoft.Sql/servers",
};
const idOf = (kind: Kind, subscription = OURS) =>
  `/subscriptions/${subscription}/resourceGroups/rg-data/providers/${AZURE_TYPE[kind]}/db`;

const connect = (connection: DatabaseConnection, addresses = 1): Synthesized =>
  synthStack((stack) => {
    const { endpoints, network, resourceGroup } = endpointsOf(stack);
    const egressAddresses = Array.from(
      { length: addresses },
      (_, index) => new PublicAddress(stack, `egress-${index + 1}`, { name: `pip-${index}`, resourceGroup, zones: [] }),
    );
    new ExistingDatabase(stack, "database", {
      connection,
      egressAddresses,
      endpoints,
      network,
      subscriptionId: OURS,
    });
  });

const blocks = (of: object = {}) => Object.values(of) as Block[];
/** Every sentence that a look-up may end with, and on what condition it does not. */
const expectations = ({ json }: Synthesized) =>
  blocks(json.data).flatMap((type) =>
    blocks(type).flatMap(({ lifecycle }) =>
      (lifecycle?.postcondition ?? []).map(({ condition, error_message }: Block) => [condition, error_message]),
    ),
  );
const types = ({ json }: Synthesized) =>
  Object.keys(json.resource).filter((type) => /firewall|peering|private_(endpoint|dns)/.test(type));

const MISSING = [
  "${length(self.resources) == 1}",
  "The database server db is missing in the resource group rg-data: check database.server in the environment.",
];
const INJECTED = 'self.delegated_subnet_id != null && self.delegated_subnet_id != ""';

describe.each(KINDS)("a private endpoint of %s", (kind) => {
  const automatic = connect({ via: "privateEndpoint", server: { kind, ...there }, approval: "automatic" });
  const SERVICE: Record<Kind, [string, string]> = {
    postgresqlFlexible: ["postgresqlServer", "privatelink.postgres.database.azure.com"],
    mysqlFlexible: ["mysqlServer", "privatelink.mysql.database.azure.com"],
    sql: ["sqlServer", "privatelink.database.windows.net"],
  };

  it("leads to it by its usual name, which a zone of ours knows", () => {
    const [group, zone] = SERVICE[kind];
    const endpoint = automatic.one("azurerm_private_endpoint");
    expect(endpoint.private_service_connection).toEqual({
      name: "db",
      private_connection_resource_id: idOf(kind),
      subresource_names: [group],
      is_manual_connection: false,
    });
    expect(automatic.one("azurerm_private_dns_zone").name).toBe(zone);
    expect(endpoint.private_dns_zone_group.private_dns_zone_ids).toEqual([
      expect.stringContaining("azurerm_private_dns_zone."),
    ]);
    expect(types(automatic)).toEqual([
      "azurerm_private_dns_zone",
      "azurerm_private_dns_zone_virtual_network_link",
      "azurerm_private_endpoint",
    ]);
  });

  it("says what does not fit before Azure does", () => {
    const injected = [
      `\${!(${INJECTED})}`,
      "The database server db is injected into a network and takes no private endpoint: use database.via peering.",
    ];
    expect(expectations(automatic)).toEqual(kind === "sql" ? [MISSING] : expect.arrayContaining([MISSING, injected]));
    expect(expectations(automatic)).toHaveLength(kind === "sql" ? 1 : 2);
    expect(blocks(automatic.json.data.azurerm_resources)).toMatchObject([
      { type: AZURE_TYPE[kind], name: "db", resource_group_name: "rg-data" },
    ]);
  });

  it("waits for its owner where we have no rights, and looks at nothing there", () => {
    const manual = connect({
      via: "privateEndpoint",
      server: { kind, ...there, subscriptionId: THEIRS },
      approval: "manual",
    });
    expect(manual.one("azurerm_private_endpoint").private_service_connection).toMatchObject({
      is_manual_connection: true,
      private_connection_resource_id: idOf(kind, THEIRS),
      request_message: expect.stringMatching(/^.{10,140}$/),
    });
    expect(manual.json.data).toBeUndefined();
  });
});

describe.each(KINDS)("a firewall rule of %s", (kind) => {
  const RULE: Record<Kind, string> = {
    postgresqlFlexible: "azurerm_postgresql_flexible_server_firewall_rule",
    mysqlFlexible: "azurerm_mysql_flexible_server_firewall_rule",
    sql: "azurerm_mssql_firewall_rule",
  };

  it.each([1, 3])("lets in each of %i egress addresses, and no range", (addresses) => {
    const stack = connect({ via: "firewallRule", server: { kind, ...there } }, addresses);
    expect(types(stack)).toEqual([RULE[kind]]);
    expect(stack.all(RULE[kind])).toEqual(
      Array.from({ length: addresses }, (_, index) =>
        expect.objectContaining({
          name: `mmrv-egress-${index + 1}`,
          start_ip_address: `\${azurerm_public_ip.egress-${index + 1}.ip_address}`,
          end_ip_address: `\${azurerm_public_ip.egress-${index + 1}.ip_address}`,
          ...(kind === "mysqlFlexible"
            ? { server_name: "db", resource_group_name: "rg-data" }
            : { server_id: idOf(kind) }),
        }),
      ),
    );
  });

  it("says when the server has no public address", () => {
    const closed = [
      "${self.public_network_access_enabled}",
      "The database server db has no public address, so a firewall rule opens nothing: use database.via privateEndpoint or peering.",
    ];
    const found = expectations(connect({ via: "firewallRule", server: { kind, ...there } }));
    expect(found).toHaveLength(kind === "sql" ? 1 : 2);
    expect(found).toEqual(expect.arrayContaining(kind === "sql" ? [MISSING] : [MISSING, closed]));
  });
});

describe.each(FLEXIBLE)("a peering with the network of %s", (kind) => {
  const stack = connect({
    via: "peering",
    server: { kind, ...there },
    network: { resourceGroup: "rg-net", name: "vnet-data" },
    privateDnsZone: { resourceGroup: "rg-dns", name: "mmrv.zone" },
  });

  it("has both halves, one after the other", () => {
    const peerings = stack.json.resource.azurerm_virtual_network_peering;
    const [out, back] = ["to-vnet-data", "to-vnet"].map((name) =>
      Object.entries<Block>(peerings).find(([, peering]) => peering.name === name),
    );
    if (!out || !back) throw new Error("a half is missing");
    expect(out[1]).toMatchObject({
      virtual_network_name: "${azurerm_virtual_network.network.name}",
      remote_virtual_network_id: `/subscriptions/${OURS}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-data`,
    });
    expect(back[1]).toMatchObject({
      resource_group_name: "rg-net",
      virtual_network_name: "vnet-data",
      remote_virtual_network_id: "${azurerm_virtual_network.network.id}",
    });
    const of = ([name]: [string, Block]) => `azurerm_virtual_network_peering.${name}`;
    expect(isAfter(stack, of(back), of(out))).toBe(true);
  });

  it("finds the server's name in the zone that its owner keeps", () => {
    expect(stack.one("azurerm_private_dns_zone_virtual_network_link")).toMatchObject({
      resource_group_name: "rg-dns",
      private_dns_zone_name: "mmrv.zone",
      virtual_network_id: "${azurerm_virtual_network.network.id}",
    });
    expect(stack.all("azurerm_private_dns_zone")).toEqual([]);
  });

  it("says when the server is not in a network", () => {
    const outside = [
      `\${${INJECTED}}`,
      "The database server db is not injected into a network, so a peering does not lead to it: use database.via privateEndpoint.",
    ];
    expect(expectations(stack)).toHaveLength(2);
    expect(expectations(stack)).toEqual(expect.arrayContaining([MISSING, outside]));
  });
});

describe("a look-up of a server", () => {
  it.each(FLEXIBLE)("comes after the question whether it is there, which has the better sentence: %s", (kind) => {
    const { json } = connect({ via: "firewallRule", server: { kind, ...there } });
    const type = `azurerm_${kind === "mysqlFlexible" ? "mysql" : "postgresql"}_flexible_server`;
    const [list] = Object.keys(json.data.azurerm_resources);
    expect(blocks(json.data[type])).toMatchObject([{ depends_on: [`data.azurerm_resources.${list}`] }]);
  });

  it("makes nothing of the server itself, whatever the way", () => {
    const all = KINDS.flatMap((kind) => [
      connect({ via: "privateEndpoint", server: { kind, ...there }, approval: "automatic" }),
      connect({ via: "firewallRule", server: { kind, ...there } }),
    ]);
    const made = all.flatMap(({ json }) => Object.keys(json.resource));
    expect(made).toContain("azurerm_private_endpoint");
    expect(made.filter((type) => /(flexible_server|mssql_server|_database)$/.test(type))).toEqual([]);
  });
});
