import { Command } from "commander";
import { databaseBackup } from "../azure/database-backup";
import { answer, complain, JSON_OPTION, say } from "../output";
import { findEnvironment } from "../program/find-environment";
import { run } from "./run";

interface Options {
  readonly json?: boolean;
}

/** `mmrv doctor`. */
export const doctorCommand = (): Command =>
  new Command("doctor")
    .description(
      "Asks Azure what others keep of what recovery counts on: how far back the database can be restored, and from where. Changes nothing. Exit 1 when something is lacking, or nobody could ask.",
    )
    .argument("<environment>", "such as staging")
    .option(...JSON_OPTION)
    .action((name: string, options: Options) => run(() => doctor(name, options)));

async function doctor(name: string, { json = false }: Options): Promise<number> {
  const found = await databaseBackup(findEnvironment(name));
  const { findings = [], ...database } = "backup" in found ? found.backup : {};
  const backup = "backup" in found ? found.backup : null;
  const unknown = "unknown" in found ? found.unknown : null;
  answer(json, { environment: name, database: backup && database, findings, unknown }, () => {
    if (backup) {
      const from = backup.earliest === null ? "" : `, from ${backup.earliest} on`;
      const where = backup.isGeoRedundant ? "also in the paired region" : "in its region alone";
      say(`${backup.server}: restored to any moment of ${backup.retentionDays} days${from}, ${where}`);
    }
    if ("none" in found) say(found.none);
    for (const finding of findings) complain(finding);
    if (unknown !== null) complain(unknown);
  });
  return findings.length > 0 || unknown !== null ? 1 : 0;
}
