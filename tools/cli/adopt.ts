import { Command } from "commander";
import { adoptStack } from "../deploy/adopt-stack";
import { STACK } from "../deploy/cdktf";
import { run } from "./run";

export const adoptCommand = (): Command =>
  new Command("adopt")
    .description("After an interrupted deployment: takes into the state what exists in Azure and is missing there.")
    .argument("<stack>", STACK)
    .option("--dry-run", "list what is missing from the state, with its Azure id, and stop")
    .action((stack: string, { dryRun }: { dryRun?: boolean }) => run(() => adoptStack(stack, dryRun === true)));
