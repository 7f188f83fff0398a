import { Command } from "commander";
import { mmrv } from "../../tools/cli/commands";

let program = new Command();
/** Before the rest of this can be asked: every command is loaded. */
export const loadCommands = async (): Promise<void> => {
  program = await mmrv();
};

/** What a text tells people to type after `npx mmrv`, as words. A table writes alternatives as deploy\|diff. */
export const typedIn = (text: string): string[][] =>
  [...text.matchAll(/\bnpx mmrv ((?:\\\||[^`\n#|();,])+)/g)].flatMap(([, typed = ""]) =>
    typed
      .trim()
      .split(/\s+/)
      .reduce<string[][]>((ways, word) => ways.flatMap((way) => word.split("\\|").map((one) => [...way, one])), [[]]),
  );

/** Why the program would not take it; undefined when it would. Arguments may be left out: it may be no more than a name. */
export function faultOf(words: readonly string[]): string | undefined {
  let [command, rest]: [Command, readonly string[]] = [program, words];
  for (;;) {
    const next = command.commands.find((candidate) => candidate.name() === rest[0]);
    if (!next) break;
    [command, rest] = [next, rest.slice(1)];
  }
  const name = words.slice(0, words.length - rest.length).join(" ");
  if (command.commands.length > 0) return rest.length > 0 ? `${name} has no command ${rest[0]}` : undefined;
  let count = 0;
  const left = [...rest];
  for (let word = left.shift(); word !== undefined && word !== "--"; word = left.shift()) {
    const option = command.options.find(({ long }) => long === word);
    if (option?.required) left.shift();
    if (!option && word.startsWith("--") && word !== "--help") return `${name} has no ${word}`;
    if (!word.startsWith("--")) count += 1;
  }
  const { registeredArguments } = command;
  const isOpen = registeredArguments.some(({ variadic }) => variadic);
  return isOpen || count <= registeredArguments.length
    ? undefined
    : `${name} takes ${registeredArguments.length} arguments at most`;
}
