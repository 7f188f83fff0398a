import { Argument, Command, InvalidArgumentError } from "commander";
import type { Evidence } from "../../model/recovery/evidence";
import { evidenceText } from "../../model/recovery/evidence";
import { DRILL_NAMES, type DrillName } from "../../model/recovery/plan";
import { UserError } from "../../model/user-error";
import { say } from "../output";
import { findEnvironment } from "../program/find-environment";
import { EVIDENCE_FOLDER, writeEvidence } from "../recovery/evidence-files";
import { writeStale } from "../render/pages";
import { run } from "./run";
import { today } from "./today";
import { more } from "./typed-values";

type Counts = Evidence["counts"];

interface Options {
  readonly back: string[];
  readonly by: string;
  readonly count: Counts;
  readonly date?: string;
  readonly done: string[];
  readonly dryRun?: boolean;
  readonly lost: string[];
  readonly minutes: number;
}

/** `mmrv drill record`. */
export const drillRecordCommand = (): Command =>
  new Command("record")
    .description(
      "Keeps evidence of a drill that was made in Azure or GitHub itself; asks neither. No value of a secret, and no name of a person whose data was lost.",
    )
    .addArgument(new Argument("<drill>", "which").choices(DRILL_NAMES))
    .argument("<environment>", "whose things were lost, such as staging")
    .requiredOption("--lost <what>", "one thing that was lost; once for each", more)
    .requiredOption("--done <what>", "one thing that was done; once for each, in order", more)
    .requiredOption("--back <what>", "one thing that came back, and how one saw it; once for each", more)
    .requiredOption("--count <what=before:after>", "how many there were, such as rows=812:812; once for each", counts)
    .requiredOption("--minutes <number>", "how long it took, as information", minutes)
    .requiredOption("--by <name>", "who made it")
    .option("--date <date>", "the day, as YYYY-MM-DD; today when not given")
    .option("--dry-run", "say what would be written, and stop")
    .action((drill: DrillName, environment: string, options: Options) =>
      run(() => record(drill, environment, options)),
    );

async function record(drill: DrillName, environment: string, options: Options): Promise<number> {
  const { back, by, count, date = today(), done, dryRun = false, lost } = options;
  if (date > today()) throw new UserError(`--date ${date}: has not come yet; nothing was written`);
  const evidence: Evidence = {
    drill,
    date,
    place: "azure",
    environment: findEnvironment(environment).name,
    by,
    lost,
    done,
    back,
    counts: count,
    seconds: options.minutes * 60,
  };
  if (dryRun) {
    evidenceText(evidence);
    say(`would write ${EVIDENCE_FOLDER}/${drill}/${date}.json`);
    return 0;
  }
  say(`wrote ${await writeEvidence(evidence)}; commit it`);
  // The page says when each drill was last made.
  await writeStale();
  return 0;
}

function counts(typed: string, before: Counts = {}): Counts {
  const [, what, was, is] = /^([^=]+)=(\d{1,15}):(\d{1,15})$/.exec(typed) ?? [];
  if (what === undefined) throw new InvalidArgumentError("it must be such as rows=812:812.");
  return { ...before, [what]: { before: Number(was), after: Number(is) } };
}

function minutes(typed: string): number {
  if (!/^\d{1,6}$/.test(typed)) throw new InvalidArgumentError("it must be a whole number of minutes.");
  return Number(typed);
}
