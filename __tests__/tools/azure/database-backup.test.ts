import { describe, expect, it } from "vitest";
import type { Environment } from "../../../model/environment";
import { ARM, type Ask } from "../../../tools/azure/ask";
import { databaseBackup } from "../../../tools/azure/database-backup";

const SUBSCRIPTION = "5f1c0d4e-0000-4000-8000-000000000001";
const at = (
  kind: "postgresqlFlexible" | "mysqlFlexible" | "sql",
): Pick<Environment, "database" | "subscriptionId"> => ({
  subscriptionId: SUBSCRIPTION,
  database: { via: "firewallRule", server: { kind, name: "data-1", resourceGroup: "rg-data" } },
});

/** An Azure that has one server, as its API describes it (Azure Database for PostgreSQL 2022-12-01, for MySQL 2023-06-30). */
const having =
  (backup: object, asked: string[] = []): Ask =>
  async ({ url }) => {
    asked.push(url);
    return { status: 200, body: JSON.stringify({ name: "data-1", properties: { state: "Ready", backup } }) };
  };
const answering =
  (status: number, body = ""): Ask =>
  async () => ({ status, body });

const EARLIEST = "2026-11-16T03:20:11.1234567+00:00";

describe("what the database's own service keeps", () => {
  it.each([
    ["postgresqlFlexible", "Microsoft.DBforPostgreSQL", "2022-12-01"],
    ["mysqlFlexible", "Microsoft.DBforMySQL", "2023-06-30"],
  ] as const)("is asked of a %s, and is enough", async (kind, provider, version) => {
    const asked: string[] = [];
    const backup = { backupRetentionDays: 14, geoRedundantBackup: "Enabled", earliestRestoreDate: EARLIEST };
    expect(await databaseBackup(at(kind), having(backup, asked))).toEqual({
      backup: { server: "data-1", retentionDays: 14, isGeoRedundant: true, earliest: EARLIEST, findings: [] },
    });
    expect(asked).toEqual([
      `${ARM}/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-data/providers/${provider}/flexibleServers/data-1?api-version=${version}`,
    ]);
  });

  it("is asked where the server is, when that is another subscription", async () => {
    const asked: string[] = [];
    const subscriptionId = "5f1c0d4e-0000-4000-8000-000000000099";
    const server = { kind: "postgresqlFlexible", name: "data-1", resourceGroup: "rg-data", subscriptionId } as const;
    const backup = { backupRetentionDays: 35, geoRedundantBackup: "Enabled" };
    const database = { via: "privateEndpoint", approval: "manual", server } as const;
    await databaseBackup({ subscriptionId: SUBSCRIPTION, database }, having(backup, asked));
    expect(asked[0]).toContain(`/subscriptions/${subscriptionId}/`);
  });

  it("is a finding where it is Azure's default, with what its owner may do", async () => {
    const backup = { backupRetentionDays: 7, geoRedundantBackup: "Disabled", earliestRestoreDate: null };
    expect(await databaseBackup(at("postgresqlFlexible"), having(backup))).toEqual({
      backup: {
        server: "data-1",
        retentionDays: 7,
        isGeoRedundant: false,
        earliest: null,
        findings: [
          "data-1: can be restored to the last 7 days, and should to 14 (damage is often noticed after a holiday); its owner: az postgres flexible-server update --resource-group rg-data --name data-1 --backup-retention 14",
          "data-1: has no geo-redundant backup, so it is lost with its region unless it has a replica in another; that backup can only be chosen when a server is made, so its owner decides: az postgres flexible-server replica list --resource-group rg-data --name data-1",
        ],
      },
    });
  });

  it.each([
    ["is not there", answering(404), "data-1: is not there; look at database.server in the environment"],
    ["may not be read", answering(403), "data-1: you may not read it; its owner gives Reader"],
    ["answers nonsense", answering(200, "<html>"), "data-1: Azure answers 200"],
    ["is away", answering(503), "data-1: Azure answers 503"],
    [
      "cannot be asked without a login",
      async () => Promise.reject(Object.assign(new Error("no"), { name: "CredentialUnavailableError" })),
      "data-1: there is no login to Azure, or an expired one: az login, then again",
    ],
  ] as const)("is unknown of a server that %s", async (_, ask, unknown) => {
    expect(await databaseBackup(at("postgresqlFlexible"), ask)).toEqual({ unknown });
  });

  it("is not asked where there is no such server, and says whom else to ask", async () => {
    expect(await databaseBackup({ ...at("sql"), database: { via: "none" } }, answering(500))).toEqual({
      none: "database.via is none: whoever keeps a database elsewhere says how it comes back",
    });
    expect(await databaseBackup(at("sql"), answering(500))).toEqual({
      none: "data-1: Azure SQL keeps backups by database: az sql db str-policy show, az sql db show --query requestedBackupStorageRedundancy",
    });
  });
});
