import { Command } from "commander";
import { applyPlan } from "../deploy/apply-plan";
import { folderOf } from "../deploy/cdktf";
import { refuseLocalState } from "../deploy/refuse-local-state";
import { findStack, synthesize } from "../program/stacks";
import { run } from "./run";
import { today } from "./today";
import { typedPath } from "./typed-path";

export const applyCommand = (): Command =>
  new Command("apply")
    .description("Applies exactly the plan that plan --out kept, if the plan guard lets it.")
    .argument("<stack>", "the stack, such as staging-infra")
    .argument("<planfile>", "what plan --out wrote", typedPath)
    .option("--dry-run", "evaluate the plan, say what it changes, and stop")
    .action((stack: string, file: string, { dryRun }: { dryRun?: boolean }) =>
      run(async () => {
        const found = findStack(synthesize(), stack);
        refuseLocalState(found);
        return applyPlan(found, folderOf(stack), { file, dryRun, on: today() });
      }),
    );
