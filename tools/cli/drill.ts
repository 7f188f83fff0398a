import { Command } from "commander";
import { ENVIRONMENTS } from "../../environments/all";
import { DRILL_NAMES, type DrillName } from "../../model/recovery/plan";
import { DRILLS } from "../../recovery/plan";
import { LOCAL_DRILLS } from "../drill/local-drills";
import { runDrill } from "../drill/run-drill";
import { ROOT } from "../handover/root";
import { answer, JSON_OPTION, remarks, say } from "../output";
import { findEnvironment } from "../program/find-environment";
import { writeStale } from "../render/pages";
import { drillListCommand } from "./drill-list";
import { drillRecordCommand } from "./drill-record";
import { run } from "./run";
import { today } from "./today";

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `mmrv drill`: what walks the ways back, and what is kept of it. */
export function drillCommand(): Command {
  const drill = new Command("drill")
    .description(
      "Loses something and brings it back, on this machine and of stand-ins alone, and keeps evidence of it in recovery/evidence/, for you to commit (docs/disaster-recovery.md).",
    )
    .addCommand(drillListCommand())
    .addCommand(drillRecordCommand());
  for (const name of DRILL_NAMES.filter((name) => name in LOCAL_DRILLS)) drill.addCommand(localDrillCommand(name));
  return drill;
}

const localDrillCommand = (name: DrillName): Command =>
  new Command(name)
    .description(DRILLS.find((one) => one.name === name)?.proves.en ?? "")
    .argument("[environment]", "whose things are lost; the first of all when it is left out")
    .option("--dry-run", "say what would be done, and stop")
    .option(...JSON_OPTION)
    .action((environment: string | undefined, options: Options) => run(() => walk(name, environment, options)));

async function walk(
  name: DrillName,
  wanted = ENVIRONMENTS[0]?.name ?? "",
  { dryRun = false, json = false }: Options,
): Promise<number> {
  const environment = findEnvironment(wanted);
  const load = LOCAL_DRILLS[name];
  if (load === undefined) throw new Error(`no drill ${name}`);
  const drill = await load();
  if (dryRun) {
    const { steps } = drill;
    answer(json, { drill: name, environment: wanted, dryRun, steps, file: null, evidence: null }, () => {
      for (const step of steps) say(`would ${step}`);
    });
    return 0;
  }
  const tell = remarks(json);
  const { evidence, file } = await runDrill({ name, drill, environment, date: today(), root: ROOT, tell });
  await writeStale(tell);
  answer(json, { drill: name, environment: wanted, dryRun, steps: drill.steps, file, evidence }, () => {
    for (const [what, { after, before }] of Object.entries(evidence.counts))
      say(`${what}: ${before} before, ${after} after`);
    say(`everything came back in ${evidence.seconds} s; commit ${file}`);
  });
  return 0;
}
