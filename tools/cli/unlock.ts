import { Command } from "commander";
import { AUTO_APPROVE } from "../deploy/cdktf";
import { type UnlockOptions, unlockStack } from "../deploy/unlock";
import { run } from "./run";

export const unlockCommand = (): Command =>
  new Command("unlock")
    .description(
      "After a run that died in the middle of a Helm release: says what is locked, asks, and goes back to the last revision that was deployed, so that the next one starts.",
    )
    .argument("<stack>", "the stack, such as staging-backend")
    .option("--dry-run", "say what is locked, and stop")
    .option(AUTO_APPROVE, "do not ask")
    .action((stack: string, options: UnlockOptions) => run(() => unlockStack(stack, { ...options, now: new Date() })));
