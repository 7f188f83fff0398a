import { readFile, writeFile } from "node:fs/promises";
import { Command } from "commander";
import { generatedFiles } from "../render/pages";
import { run } from "./run";

/** `mmrv render`. */
export const renderCommand = (): Command =>
  new Command("render")
    .description(
      "Writes every generated file: docs/homologation.md, and values.schema.json of our charts, so that Helm refuses what synthesis refuses.",
    )
    .option("--check", "write nothing; exit 1 and name the files that are not current")
    .action(({ check }: { check?: boolean }) => run(() => render(check === true)));

async function render(isCheck: boolean): Promise<number> {
  const stale = [];
  for (const { file, path, text } of generatedFiles()) {
    if ((await readFile(path, "utf8").catch(() => "")) === text) continue;
    stale.push(file);
    if (!isCheck) await writeFile(path, text);
  }
  if (stale.length === 0) console.log("every generated file is current");
  for (const file of stale)
    if (isCheck)
      console.error(`${file} is not what environments/ and helm-values/ say\n  next: npm run mmrv -- render`);
    else console.log(`wrote ${file}`);
  return isCheck && stale.length > 0 ? 1 : 0;
}
