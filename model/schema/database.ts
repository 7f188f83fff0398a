import { z } from "zod";
import { oneOf, range, strictObject, text, union, uuid } from "../fields";

/** The database that already lives in Azure, and the way to it. */

const existing = (what: string) => ({
  resourceGroup: text(/^[\w.()-]{1,90}$/, "must be the name of a resource group, without its path").describe(
    `The resource group of ${what}.`,
  ),
  name: text(/^[\w.-]{1,80}$/, "must be a name, without its path").describe(`The name of ${what}.`),
});

const databaseServer = {
  kind: oneOf(["postgresqlFlexible", "mysqlFlexible", "sql"]).describe(
    "What it is: PostgreSQL or MySQL flexible server, or Azure SQL.",
  ),
  ...existing("the server"),
};

export const database = union("via", "none, privateEndpoint, firewallRule or peering", [
  strictObject(
    { via: z.literal("none").describe("MMRV reaches no database by itself.") },
    "there is no database to describe",
  ),
  strictObject({
    via: z
      .literal("privateEndpoint")
      .describe(
        "A private address of the server in our network; a flexible server that is injected into a network takes none.",
      ),
    server: strictObject({
      ...databaseServer,
      subscriptionId: uuid("az account show --query id")
        .optional()
        .describe("Its subscription, when it is not ours: then approval is manual."),
    }).describe("The server."),
    approval: oneOf(["automatic", "manual"]).describe(
      "automatic when we may approve on the server; manual when its owner accepts the request.",
    ),
  }),
  strictObject({
    via: z.literal("firewallRule").describe("The server's public address; its firewall lets our egress addresses in."),
    server: strictObject(databaseServer).describe("The server."),
  }),
  strictObject({
    via: z
      .literal("peering")
      .describe("A flexible server that is injected into a network of its own, which is peered with ours."),
    server: strictObject({
      ...databaseServer,
      kind: oneOf(["postgresqlFlexible", "mysqlFlexible"]).describe("What it is; Azure SQL is in no network."),
    }).describe("The server."),
    network: strictObject({
      ...existing("the server's network"),
      cidrs: z
        .array(range, "must be a list of IPv4 ranges")
        .min(1, "must be at least one range (they must not overlap ours)")
        .describe("Its ranges."),
    }).describe("The server's network."),
    privateDnsZone: strictObject(existing("the private DNS zone that holds the server's name")).describe(
      "The private DNS zone of the server.",
    ),
  }),
]).describe("How MMRV reaches the database that already lives in Azure; it is never created or changed here.");
