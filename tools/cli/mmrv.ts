import { Command } from "commander";
import { adoptStack } from "./adopt";
import { deploy, destroy, diff } from "./cdktf";
import { planGuard } from "./plan-guard";
import { run } from "./run";

const program = new Command("npm run mmrv --").description("The daily commands of MMRV on Azure.");

const STACK = "the stack, such as staging-infra";
const MORE = "options for cdktf itself, after --, such as -- --auto-approve";

program
  .command("deploy")
  .description(
    "Deploys one stack with the cdktf CLI, after checking that no marker is open and that its producers are deployed.",
  )
  .argument("<stack>", STACK)
  .argument("[cdktf...]", MORE)
  .option("--dry-run", "check, print the cdktf command, and stop")
  .action((stack: string, more: string[], { dryRun }: { dryRun?: boolean }) =>
    run(() => deploy(stack, more, dryRun === true)),
  );
program
  .command("diff")
  .description("Shows what a deployment would change.")
  .argument("<stack>", STACK)
  .argument("[cdktf...]", MORE)
  .action((stack: string, more: string[]) => run(() => diff(stack, more)));
program
  .command("destroy")
  .description(
    "Destroys one stack with the cdktf CLI. With the deletion guard on, Terraform refuses and says what it guards.",
  )
  .argument("<stack>", STACK)
  .argument("[cdktf...]", MORE)
  .action((stack: string, more: string[]) => run(() => destroy(stack, more)));
program
  .command("adopt")
  .description("After an interrupted deployment: takes into the state what exists in Azure and is missing there.")
  .argument("<stack>", STACK)
  .option("--dry-run", "list what is missing from the state, with its Azure id, and stop")
  .action((stack: string, { dryRun }: { dryRun?: boolean }) => run(() => adoptStack(stack, dryRun === true)));
program
  .command("plan-guard")
  .description(
    "Exit 1 when a plan deletes or replaces a protected resource without a dated approval (environments/approvals.ts).",
  )
  .argument("<plan.json>", "what terraform show -json PLAN wrote")
  .option("--stack <stack>", "the stack that the plan is of; approvals count for one stack only")
  .option("--on <date>", "the day to judge for, as YYYY-MM-DD; today when not given")
  .action((file: string, { stack, on }: { stack?: string; on?: string }) =>
    run(() => planGuard(file, { stack, on: on ?? new Date().toISOString().slice(0, 10) })),
  );

void program.parseAsync();
