import { Command } from "commander";
import { check } from "../handover/check";
import { run } from "./run";

export const handoverCheckCommand = (): Command =>
  new Command("check")
    .description(
      "Exit 1 when what is rendered for Flux jumps a step, loses a release, or changes what Flux knows it by; CI asks it of every pull request.",
    )
    .requiredOption("--base <commit>", "what it is compared with, such as origin/main")
    .action(({ base }: { readonly base: string }) => run(() => check(base)));
