import { Command } from "commander";
import { bootstrap, CUTOVER, ENVIRONMENTS, HELM_VALUES } from "../../environments/all";
import { checkEnvironments } from "../../model/check";
import { Cutovers } from "../../model/cutover/files";
import { HelmValues } from "../../model/helm-values";
import { complain, say } from "../output";
import { staleFiles, writeStale } from "../render/pages";
import { run } from "./run";

interface Options {
  readonly check?: boolean;
  readonly dryRun?: boolean;
}

/** `mmrv render`. */
export const renderCommand = (): Command =>
  new Command("render")
    .description(
      "Writes what follows from environments/, helm-values/ and cutover/: the homologation in both languages, the workflows' lists, what sends users back without this program, and values.schema.json of our charts, so that Helm refuses what synthesis refuses.",
    )
    .option("--check", "write nothing; exit 1 and name the files that are not current")
    .option("--dry-run", "name the files that would be written, and stop")
    .action((options: Options) => run(() => render(options)));

async function render({ check, dryRun }: Options): Promise<number> {
  checkEnvironments(ENVIRONMENTS, bootstrap, {
    cutovers: new Cutovers(CUTOVER),
    helmValues: new HelmValues(HELM_VALUES),
  });
  const stale = check || dryRun ? await staleFiles() : await writeStale();
  if (stale.length === 0) say("every generated file is current");
  if (stale.length === 0 || !(check || dryRun)) return 0;
  if (!check) {
    for (const { file, text } of stale) say(`would ${text === undefined ? "remove" : "write"} ${file}`);
    return 0;
  }
  for (const { file } of stale) complain(`${file} is not what environments/, helm-values/ and cutover/ say`);
  complain("  next: npx mmrv render");
  return 1;
}
