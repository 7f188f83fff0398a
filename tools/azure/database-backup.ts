import { z } from "zod";
import { DATABASE_TYPES } from "../../constructs/existing-database";
import type { Environment } from "../../model/environment";
import { flat } from "../flat";
import { parseJson } from "../parse-json";
import { ARM, type Ask, askerOf } from "./ask";
import { NO_TOKEN } from "./login";

/** What a database's own service keeps of it. */
export interface DatabaseBackup {
  readonly server: string;
  /** How far back it can be restored, in days. */
  readonly retentionDays: number;
  readonly isGeoRedundant: boolean;
  /** The first moment that it can be restored to, in ISO 8601; null before the first backup. */
  readonly earliest: string | null;
  /** What recovery lacks there, one sentence each: it is somebody else's server, and nobody changes it here. */
  readonly findings: readonly string[];
}

/** What Azure says of it, why nobody could ask, or that there is none to be asked about. */
export type BackupAnswer =
  | { readonly backup: DatabaseBackup }
  | { readonly unknown: string }
  | { readonly none: string };

/** What damages rows is often noticed after a holiday. Azure's own default is 7, its most 35. */
const LEAST_DAYS = 14;

/** Stable versions that have `properties.backup`, the same in both. */
const FLEXIBLE = {
  postgresqlFlexible: { apiVersion: "2022-12-01", az: "postgres" },
  mysqlFlexible: { apiVersion: "2023-06-30", az: "mysql" },
} as const;

const serverSchema = z.object({
  properties: z.object({
    backup: z.object({
      backupRetentionDays: z.number(),
      geoRedundantBackup: z.string(),
      earliestRestoreDate: z.string().nullish(),
    }),
  }),
});

/**
 * Asks Azure, with the login of whoever asks, how the database that others made can be brought back
 * (learn.microsoft.com/azure/postgresql/backup-restore/concepts-backup-restore,
 * learn.microsoft.com/azure/mysql/flexible-server/concepts-backup-restore).
 */
export async function databaseBackup(
  {
    database,
    subscriptionId: ours = process.env["ARM_SUBSCRIPTION_ID"],
  }: Pick<Environment, "database" | "subscriptionId">,
  ask?: Ask,
): Promise<BackupAnswer> {
  if (database.via === "none")
    return { none: "database.via is none: whoever keeps a database elsewhere says how it comes back" };
  const { server } = database;
  const { kind, name, resourceGroup } = server;
  if (kind === "sql")
    return {
      none: `${name}: Azure SQL keeps backups by database: az sql db str-policy show, az sql db show --query requestedBackupStorageRedundancy`,
    };
  const subscriptionId = ("subscriptionId" in server && server.subscriptionId) || ours;
  if (!subscriptionId)
    return {
      unknown: `${name}: nobody says in which subscription it is: subscriptionId in the environment, or ARM_SUBSCRIPTION_ID`,
    };
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${DATABASE_TYPES[kind]}/${name}`;
  try {
    const { body, status } = await (ask ?? askerOf(ARM))({
      url: `${ARM}${id}?api-version=${FLEXIBLE[kind].apiVersion}`,
    });
    if (status === 404) return { unknown: `${name}: is not there; look at database.server in the environment` };
    if (status === 403) return { unknown: `${name}: you may not read it; its owner gives Reader` };
    const { data } = serverSchema.safeParse(parseJson(body));
    if (status !== 200 || data === undefined) return { unknown: `${name}: Azure answers ${status}` };
    const { backupRetentionDays: retentionDays, earliestRestoreDate, geoRedundantBackup } = data.properties.backup;
    const isGeoRedundant = geoRedundantBackup === "Enabled";
    const findings = findingsOf({ kind, name, resourceGroup }, retentionDays, isGeoRedundant);
    return { backup: { server: name, retentionDays, isGeoRedundant, earliest: earliestRestoreDate ?? null, findings } };
  } catch (error) {
    const { message, name: thrown } = error as Error;
    if (NO_TOKEN.includes(thrown))
      return { unknown: `${name}: there is no login to Azure, or an expired one: az login, then again` };
    return { unknown: `${name}: ${flat(message.split("\n")[0] ?? "")}` };
  }
}

interface Server {
  readonly kind: keyof typeof FLEXIBLE;
  readonly name: string;
  readonly resourceGroup: string;
}

function findingsOf({ kind, name, resourceGroup }: Server, retentionDays: number, isGeoRedundant: boolean): string[] {
  const server = `az ${FLEXIBLE[kind].az} flexible-server`;
  const at = `--resource-group ${resourceGroup} --name ${name}`;
  return [
    ...(retentionDays < LEAST_DAYS
      ? [
          `${name}: can be restored to the last ${retentionDays} days, and should to ${LEAST_DAYS} (damage is often noticed after a holiday); its owner: ${server} update ${at} --backup-retention ${LEAST_DAYS}`,
        ]
      : []),
    ...(isGeoRedundant
      ? []
      : [
          `${name}: has no geo-redundant backup, so it is lost with its region unless it has a replica in another; that backup can only be chosen when a server is made, so its owner decides: ${server} replica list ${at}`,
        ]),
  ];
}
