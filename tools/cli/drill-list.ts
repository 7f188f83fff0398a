import { Command } from "commander";
import { z } from "zod";
import { standingsOf } from "../../model/recovery/due";
import { UserError } from "../../model/user-error";
import { DRILLS, PLANNED_ON } from "../../recovery/plan";
import { answer, JSON_OPTION, sayAll } from "../output";
import { allEvidence } from "../recovery/evidence-files";
import { table } from "../table";
import { run } from "./run";
import { today } from "./today";

interface Options {
  readonly json?: boolean;
  readonly on?: string;
}

/** `mmrv drill list`. */
export const drillListCommand = (): Command =>
  new Command("list")
    .description(
      "Every drill, when it was last made here and in Azure, and until when that counts. Exit 1 when one is overdue.",
    )
    .option("--on <date>", "the day to judge for, as YYYY-MM-DD; today when not given")
    .option(...JSON_OPTION)
    .action((options: Options) => run(() => list(options)));

async function list({ json = false, on = today() }: Options): Promise<number> {
  if (!z.iso.date().safeParse(on).success) throw new UserError(`--on ${on}: must be a day such as 2026-12-01`);
  const standings = standingsOf(DRILLS, allEvidence(), { on, plannedOn: PLANNED_ON });
  answer(json, { on, drills: standings }, () =>
    sayAll(
      table(
        ["drill", "where", "is", "last", "until"],
        standings.map(({ drill, is, last, place, until }) => [drill, place, is, last ?? "-", until]),
      ),
    ),
  );
  return standings.some(({ is }) => is === "overdue") ? 1 : 0;
}
