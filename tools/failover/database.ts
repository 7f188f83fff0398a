import { z } from "zod";
import { DATABASE_TYPES } from "../../constructs/existing-database";
import type { Environment } from "../../model/environment";
import { markersOf } from "../../model/markers";
import type { AskArm } from "./ask-arm";
import { LOGIN } from "./deployed";
import { type Finding, finding, missing, ready, type Said, unknown } from "./finding";

/** How the database comes to the standby's region. */
export type DatabaseWay = "none" | "promote" | "restore" | "unknown";

const API_VERSIONS = { postgresqlFlexible: "2024-08-01", mysqlFlexible: "2023-12-30", sql: "2023-08-01" } as const;

const serverSchema = z.object({
  id: z.string(),
  location: z.string(),
  properties: z.object({ backup: z.object({ geoRedundantBackup: z.string().optional() }).optional() }).optional(),
});

/** Whether there is a database in the standby's region on the day on which there is none in the other one. */
export async function databaseFinding(
  primary: Environment,
  standby: Environment,
  arm: AskArm,
): Promise<{ readonly finding: Finding; readonly way: DatabaseWay }> {
  const { said, way } = await ask(primary, standby, arm);
  return { finding: finding("database", said), way };
}

async function ask(
  primary: Environment,
  standby: Environment,
  arm: AskArm,
): Promise<{ readonly said: Said; readonly way: DatabaseWay }> {
  if (standby.database.via === "none" || primary.database.via === "none")
    return { said: ready("no application has one"), way: "none" };
  const open = [primary, standby].flatMap(markersOf).filter(({ path }) => path.includes(".database."));
  if (open.length > 0) {
    const paths = open.map(({ path }) => path).join(", ");
    return {
      said: missing(`nobody has said which it is: ${paths}`, "database in both files of environments/"),
      way: "unknown",
    };
  }
  const [ours, theirs] = await Promise.all([serverOf(standby, arm), serverOf(primary, arm)]);
  const { name } = standby.database.server;
  if (ours.is === "found")
    return { said: ready(`${name} is there, in ${ours.value.location}, to be promoted`), way: "promote" };
  if (theirs.is === "found" && theirs.value.properties?.backup?.geoRedundantBackup === "Enabled")
    return {
      said: ready(`${primary.database.server.name} has geo-redundant backups, to be restored as ${name}`),
      way: "restore",
    };
  if (theirs.is === "unknown" || ours.is === "unknown")
    return {
      said: unknown(`whether it has a replica or geo-redundant backups: ${whyOf(ours, theirs)}`, LOGIN),
      way: "unknown",
    };
  return {
    said: missing(
      `there is no server ${name}, and ${primary.database.server.name} has no geo-redundant backups, or is no flexible server`,
      "a replica in the standby's region: docs/failover.md; geo-redundant backups can be had at a server's birth alone",
    ),
    way: "unknown",
  };
}

type Server = Awaited<ReturnType<typeof serverOf>>;
const whyOf = (...answers: readonly Server[]): string =>
  answers.flatMap((answer) => (answer.is === "unknown" ? [answer.why] : []))[0] ?? "";

/** It may be in a subscription of somebody else's, where nobody here may ask. */
async function serverOf({ database }: Environment, arm: AskArm) {
  if (database.via === "none") return { is: "missing" } as const;
  const { kind, name, resourceGroup } = database.server;
  if ("subscriptionId" in database.server && database.server.subscriptionId !== undefined)
    return { is: "unknown", why: "it is in another subscription" } as const;
  const place = `/resourceGroups/${resourceGroup}/providers/${DATABASE_TYPES[kind]}/${name}`;
  return arm.get(place, API_VERSIONS[kind], serverSchema);
}
