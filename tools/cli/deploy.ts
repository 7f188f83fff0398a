import { Command } from "commander";
import { AUTO_APPROVE, MORE, STACK } from "../deploy/cdktf";
import { type DeployOptions, deployStack } from "../deploy/deploy-stack";
import { UNPROTECTED } from "../deploy/trust";
import { run } from "./run";
import { today } from "./today";

export const deployCommand = (): Command =>
  new Command("deploy")
    .description(
      "Deploys one stack with the cdktf CLI, which shows the plan and asks, after checking that no marker is open and that its producers are deployed. One that moves users is applied by Terraform itself, from the very plan that was shown.",
    )
    .argument("<stack>", STACK)
    .argument("[cdktf...]", MORE)
    .option("--dry-run", "check, print the command, and stop")
    .option(AUTO_APPROVE, "do not ask")
    .option(...UNPROTECTED)
    .action((stack: string, more: string[], options: Omit<DeployOptions, "on">) =>
      run(() => deployStack(stack, more, { ...options, on: today() })),
    );
