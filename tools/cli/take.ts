import type { Command } from "commander";
import { keptByNpm } from "./kept-by-npm";

/** Runs what was typed, unless npm kept a part of it. */
export function take(program: Command): void {
  const complaint = keptByNpm(program, process.argv.slice(2), process.env);
  if (complaint === undefined) void program.parseAsync();
  else {
    console.error(complaint);
    process.exitCode = 1;
  }
}
