import { readFile, writeFile } from "node:fs/promises";
import { Command } from "commander";
import { schemaFiles } from "../charts/values-schema";
import { run } from "./run";

const program = new Command("npm run charts --")
  .description(
    "Writes values.schema.json of our charts from environments/schema/, so that Helm refuses what synthesis refuses.",
  )
  .option("--check", "write nothing; exit 1 and name the files that are not current")
  .action(({ check }: { check?: boolean }) => run(() => charts(check === true)));

async function charts(isCheck: boolean): Promise<number> {
  const stale = [];
  for (const { file, path, text } of schemaFiles()) {
    if ((await readFile(path, "utf8").catch(() => "")) === text) continue;
    stale.push(file);
    if (!isCheck) await writeFile(path, text);
  }
  if (stale.length === 0) console.log("values.schema.json of every chart is current");
  for (const file of stale)
    if (isCheck) console.error(`${file} is not what environments/schema/ says: npm run charts`);
    else console.log(`wrote ${file}`);
  return isCheck && stale.length > 0 ? 1 : 0;
}

void program.parseAsync();
