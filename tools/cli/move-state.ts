import { Command } from "commander";
import { STACK } from "../deploy/cdktf";
import { moveState } from "../deploy/move-state";
import { run } from "./run";

export const moveStateCommand = (): Command =>
  new Command("move-state")
    .description("Moves a stack's local state to where cdktf.json keeps state now; never onto one that is there.")
    .argument("<stack>", STACK)
    .option("--dry-run", "say what would be moved from where to where, and stop")
    .action((stack: string, { dryRun }: { dryRun?: boolean }) => run(() => moveState(stack, dryRun === true)));
