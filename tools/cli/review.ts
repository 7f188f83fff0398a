import { Command } from "commander";
import { JSON_OPTION } from "../output";
import { review } from "../security/review";
import { run } from "./run";
import { today } from "./today";

export const reviewCommand = (): Command =>
  new Command("review")
    .description(
      "Exit 1 when something has expired: suppressions of security, approvals, what others end (Kubernetes, charts, Node.js).",
    )
    .option("--on <date>", "the day to evaluate for, as YYYY-MM-DD; today when not given")
    .option(...JSON_OPTION)
    .action(({ on = today(), json }: { on?: string; json?: boolean }) => run(() => review({ on, json })));
