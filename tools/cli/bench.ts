import { Command } from "commander";
import { bench } from "../bench/bench";
import { run } from "./run";

export const benchCommand = (): Command =>
  new Command("bench")
    .description(
      "Prints how long synthesis and a rehearsal's apply take, as ratios of their floors, from one run; it judges nothing.",
    )
    .option("--no-rehearsal", "leave out the apply of staging-infra, which takes six minutes")
    .action(({ rehearsal }: { rehearsal: boolean }) => run(() => bench(rehearsal)));
