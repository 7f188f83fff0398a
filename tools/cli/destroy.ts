import { Command } from "commander";
import { AUTO_APPROVE, MORE, STACK } from "../deploy/cdktf";
import { type DestroyOptions, destroyStack } from "../deploy/destroy-stack";
import { run } from "./run";

export const destroyCommand = (): Command =>
  new Command("destroy")
    .description(
      "Destroys one stack with the cdktf CLI, which shows what goes and asks. With the deletion guard on it is refused, and what is guarded is named.",
    )
    .argument("<stack>", STACK)
    .argument("[cdktf...]", MORE)
    .option("--dry-run", "check, list what would be destroyed, and stop")
    .option(AUTO_APPROVE, "do not ask")
    .action((stack: string, more: string[], options: DestroyOptions) => run(() => destroyStack(stack, more, options)));
