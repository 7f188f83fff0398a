import { Command } from "commander";
import { benchCommand } from "../bench/bench";
import { adoptStack } from "./adopt";
import { applyCommand } from "./apply";
import { deploy, destroy, diff } from "./cdktf";
import { driftCommand } from "./drift";
import { hcpVariables } from "./hcp";
import { imagesCommand } from "./images";
import { localClusterCommand } from "./local-cluster";
import { moveState } from "./move-state";
import { pipelineCommand } from "./pipeline";
import { planCommand } from "./plan";
import { planGuard } from "./plan-guard";
import { rehearseCommand } from "./rehearse";
import { renderCommand } from "./render";
import { review } from "./review";
import { run } from "./run";
import { secretsCommand } from "./secrets";
import { security } from "./security";
import { startCommand } from "./start";
import { synthHclCommand } from "./synth-hcl";
import { today } from "./today";
import { toolsCommand } from "./tools";
import { unlock } from "./unlock";

const STACK = "the stack, such as staging-infra";
const MORE = "options for cdktf itself, after --, such as -- --auto-approve";

/** Every command of `npx mmrv`. */
export function mmrv(): Command {
  const program = new Command("npx mmrv").description("The commands of MMRV on Azure.");
  program.addCommand(startCommand());
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
    .command("unlock")
    .description(
      "After a run that died in the middle of a Helm release: makes Helm forget the half of it, so that the next one starts.",
    )
    .argument("<stack>", "the stack, such as staging-backend")
    .option("--yes", "do it; without it, say what is locked and stop")
    .action((stack: string, { yes }: { yes?: boolean }) =>
      run(() => unlock(stack, { yes: yes === true, now: new Date() })),
    );
  program
    .command("move-state")
    .description("Moves a stack's local state to where cdktf.json keeps state now; never onto one that is there.")
    .argument("<stack>", STACK)
    .option("--dry-run", "say what would be moved from where to where, and stop")
    .action((stack: string, { dryRun }: { dryRun?: boolean }) => run(() => moveState(stack, dryRun === true)));
  program
    .command("plan-guard")
    .description(
      "Exit 1 when a plan deletes or replaces a protected resource without a dated approval (environments/approvals.ts).",
    )
    .argument("<plan.json>", "what terraform show -json PLAN wrote")
    .option("--stack <stack>", "the stack that the plan is of; approvals count for one stack only")
    .option("--on <date>", "the day to judge for, as YYYY-MM-DD; today when not given")
    .action((file: string, { stack, on }: { stack?: string; on?: string }) =>
      run(() => planGuard(file, { stack, on: on ?? today() })),
    );
  program
    .command("review")
    .description("Exit 1 when something that was decided for a time has expired: exceptions of security, approvals.")
    .option("--on <date>", "the day to judge for, as YYYY-MM-DD; today when not given")
    .action(({ on }: { on?: string }) => run(() => review({ on: on ?? today() })));
  program
    .command("security")
    .description("Exit 1 when checkov finds what environments/exceptions.ts does not explain, in any shape of a stack.")
    .action(() => run(security));

  program
    .command("hcp")
    .description("HCP Terraform.")
    .command("variables")
    .description(
      "Prints what each workspace of an environment must be told to log in to Azure; nothing in it is secret.",
    )
    .argument("<environment>", "such as staging")
    .option("--json", "for a script")
    .action((environment: string, { json }: { json?: boolean }) => run(() => hcpVariables(environment, json === true)));

  for (const command of [
    planCommand,
    applyCommand,
    driftCommand,
    imagesCommand,
    secretsCommand,
    pipelineCommand,
    renderCommand,
    rehearseCommand,
    localClusterCommand,
    synthHclCommand,
    benchCommand,
    toolsCommand,
  ])
    program.addCommand(command());
  return program;
}
