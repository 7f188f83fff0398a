import { Command } from "commander";
import { staleFiles, writeStale } from "../render/pages";
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
  const stale = isCheck ? await staleFiles() : await writeStale();
  if (stale.length === 0) console.log("every generated file is current");
  if (!isCheck || stale.length === 0) return 0;
  for (const { file } of stale) console.error(`${file} is not what environments/ and helm-values/ say`);
  console.error("  next: npx mmrv render");
  return 1;
}
