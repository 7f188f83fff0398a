import { Command } from "commander";
import { bootstrap, CUTOVER, ENVIRONMENTS, HELM_VALUES } from "../../environments/all";
import { checkEnvironments } from "../../model/check";
import { Cutovers } from "../../model/cutover/files";
import { HelmValues } from "../../model/helm-values";
import { complain, say } from "../output";
import { faults, staleFiles, writeStale } from "../render/pages";
import { run } from "./run";

interface Options {
  readonly check?: boolean;
  readonly dryRun?: boolean;
}

/** `mmrv render`. */
export const renderCommand = (): Command =>
  new Command("render")
    .description(
      "Writes what follows from environments/, helm-values/ and cutover/: the homologation in both languages, the workflows' lists, what sends users back without this program, gitops/, which Flux applies, values.schema.json of our charts, so that Helm refuses what synthesis refuses, and the list of their versions.",
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
  else if (check) {
    for (const { file } of stale) complain(`${file} is not what environments/, helm-values/ and cutover/ say`);
    complain("  next: npx mmrv render");
  } else if (dryRun)
    for (const { file, text } of stale) say(`would ${text === undefined ? "remove" : "write"} ${file}`);
  const wrong = faults();
  for (const fault of wrong) complain(fault);
  return wrong.length > 0 || (check && stale.length > 0) ? 1 : 0;
}
