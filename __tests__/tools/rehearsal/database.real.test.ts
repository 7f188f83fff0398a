import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { type DatabaseConnection, ExistingDatabase } from "../../../constructs/existing-database";
import { Network } from "../../../constructs/network";
import { PrivateEndpoints } from "../../../constructs/private-endpoint";
import { PublicAddress } from "../../../constructs/public-address";
import { seedDatabases } from "../../../tools/rehearsal/seeds";
import { production } from "../../support/fixtures/environments/production";
import { ground } from "../../support/provider-stack";
import { restage, stage } from "../../support/real-provider";
import { requires } from "../../support/requires";

const server = <K extends string>(kind: K, name: string) => ({ kind, name, resourceGroup: "rg-data" });
const peered = {
  network: { resourceGroup: "rg-data", name: "vnet-data" },
  privateDnsZone: { resourceGroup: "rg-data", name: "mmrv.postgres.database.azure.com" },
};
const ELSEWHERE = "5f1c0d4e-0000-4000-8000-000000000099";

/** Each kind of server by each way that there is to it. */
const CONNECTIONS: Readonly<Record<string, DatabaseConnection>> = {
  "pg-endpoint": { via: "privateEndpoint", approval: "automatic", server: server("postgresqlFlexible", "pg-inside") },
  "my-endpoint": { via: "privateEndpoint", approval: "automatic", server: server("mysqlFlexible", "my-inside") },
  "sql-endpoint": { via: "privateEndpoint", approval: "automatic", server: server("sql", "sql-inside") },
  "pg-manual": {
    via: "privateEndpoint",
    approval: "manual",
    server: { ...server("postgresqlFlexible", "pg-elsewhere"), subscriptionId: ELSEWHERE },
  },
  "pg-rule": { via: "firewallRule", server: server("postgresqlFlexible", "pg-outside") },
  "my-rule": { via: "firewallRule", server: server("mysqlFlexible", "my-outside") },
  "sql-rule": { via: "firewallRule", server: server("sql", "sql-outside") },
  "pg-peering": { via: "peering", server: server("postgresqlFlexible", "pg-injected"), ...peered },
  "my-peering": {
    via: "peering",
    server: server("mysqlFlexible", "my-injected"),
    network: { resourceGroup: "rg-data", name: "vnet-mysql" },
    privateDnsZone: { resourceGroup: "rg-data", name: "mmrv.mysql.database.azure.com" },
  },
};

function connect(stack: TerraformStack, connections: Readonly<Record<string, DatabaseConnection>>): void {
  const resourceGroup = ground(stack);
  const { subscriptionId } = new DataAzurermClientConfig(stack, "azure", {});
  const network = new Network(stack, "network", { name: "vnet", resourceGroup, addressSpace: "10.0.0.0/16" });
  const subnet = network.addSubnet("endpoints", { name: "snet", addressPrefix: "10.0.0.0/26" });
  const endpoints = new PrivateEndpoints(stack, "private-endpoints", { network, subnet });
  const egressAddresses = [new PublicAddress(stack, "address", { name: "pip", resourceGroup, zones: [] })];
  for (const [id, connection] of Object.entries(connections))
    new ExistingDatabase(stack, id, { connection, egressAddresses, endpoints, network, subscriptionId });
}

/** An environment with that way to its database, for what the stand-in is seeded with. */
function around(connection: DatabaseConnection) {
  const database =
    connection.via === "peering"
      ? { ...connection, network: { ...connection.network, cidrs: ["10.9.0.0/16"] } }
      : connection;
  return { ...production, database };
}

describe("the way to a database that is already there", requires("azurerm provider"), () => {
  it("is made for each kind of server and each way, leaves nothing to plan, and changes no server", async () => {
    const { azure, run, stop } = await stage((stack) => connect(stack, CONNECTIONS));
    try {
      seedDatabases(azure.arm, Object.values(CONNECTIONS).map(around));
      await run.apply();
      await run.planIsEmpty();
      await run.idsAreComputable();
      const requests = azure.requests.filter((request) =>
        /^(PUT|PATCH|DELETE) .*\/(flexibleServers|servers)\/[^/]+$/i.test(request),
      );
      expect(requests).toEqual([]);
    } finally {
      await stop();
    }
  });

  it("says in a sentence which way does not lead there", async () => {
    const staged = await stage((stack) => connect(stack, {}));
    const { azure, run, stop } = staged;
    try {
      seedDatabases(azure.arm, Object.values(CONNECTIONS).map(around));
      const said = async (step: string, connection: DatabaseConnection) => {
        await restage(staged, step, (stack) => connect(stack, { database: connection }));
        return (await run.terraform.json(["plan"])).errors.join("\n");
      };
      const to = (name: string) => server("postgresqlFlexible", name);
      expect(
        await said("injected", { via: "privateEndpoint", approval: "automatic", server: to("pg-injected") }),
      ).toContain(
        "The database server pg-injected is injected into a network and takes no private endpoint: use database.via peering.",
      );
      expect(await said("outside", { via: "peering", server: to("pg-outside"), ...peered })).toContain(
        "The database server pg-outside is not injected into a network, so a peering does not lead to it",
      );
      expect(await said("private", { via: "firewallRule", server: to("pg-inside") })).toContain(
        "The database server pg-inside has no public address, so a firewall rule opens nothing",
      );
      expect(await said("missing", { via: "firewallRule", server: to("nowhere") })).toContain(
        "The database server nowhere is missing in the resource group rg-data",
      );
    } finally {
      await stop();
    }
  });
});
