import type { Command } from "commander";
import { printableLines } from "../../model/printable";
import { keptByNpm } from "./kept-by-npm";

/** Runs what was typed, unless npm kept a part of it. */
export async function runTyped(program: Command): Promise<void> {
  // Lines of the sources in every error; tools/load.mjs begins without them.
  process.setSourceMapsEnabled(true);
  for (const command of all(program))
    command.configureOutput({ outputError: (text, write) => write(printableLines(text)) });
  const complaint = keptByNpm(program, process.argv.slice(2), process.env);
  if (complaint !== undefined) {
    console.error(printableLines(complaint));
    process.exitCode = 1;
    return;
  }
  await program.parseAsync();
}

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
