import { Command } from "commander";
import { type Occasion, planGuard } from "../deploy/plan-guard";
import { JSON_OPTION } from "../output";
import { run } from "./run";
import { today } from "./today";
import { typedPath } from "./typed-path";

export const planGuardCommand = (): Command =>
  new Command("plan-guard")
    .description(
      "Exit 1 when a plan deletes, replaces or forgets a protected resource without a dated approval (environments/approvals.ts).",
    )
    .argument("<plan.json>", "what terraform show -json PLAN wrote", typedPath)
    .option("--stack <stack>", "the stack that the plan is of; approvals count for one stack only")
    .option("--on <date>", "the day to evaluate for, as YYYY-MM-DD; today when not given")
    .option(...JSON_OPTION)
    .action((file: string, { on = today(), ...options }: Partial<Occasion> & { json?: boolean }) =>
      run(() => planGuard(file, { ...options, on })),
    );
