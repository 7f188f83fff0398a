import type { Command } from "commander";
import { printableLines } from "../../model/printable";
import { keptByNpm } from "./kept-by-npm";
import { tell } from "./run";

/**
 * Loads a program and runs what was typed, unless npm kept a part of it. It is loaded here and not imported, because it
 * reads the user's files: one that is broken is then told in a sentence, by every command alike.
 */
export async function take(load: () => Promise<Command>): Promise<void> {
  try {
    const program = await load();
    for (const command of all(program))
      command.configureOutput({ outputError: (text, write) => write(printableLines(text)) });
    const complaint = keptByNpm(program, process.argv.slice(2), process.env);
    if (complaint === undefined) return void (await program.parseAsync());
    console.error(printableLines(complaint));
    process.exitCode = 1;
  } catch (error) {
    process.exitCode = tell(error);
  }
}

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
