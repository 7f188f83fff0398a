import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command, Option } from "commander";
import { quoted } from "../shell";

/**
 * `npm run mmrv deploy STACK --dry-run` would deploy: npm keeps every option that has no `--` before it, and hands it on
 * as npm_config_* alone. Seen with npm 10 and 11; 12 refuses those that it does not know itself.
 * @param args what npm did hand on
 * @returns what was kept, and what to type instead; undefined when nothing of ours was, or npm did not start this
 */
export function keptByNpm(program: Command, args: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  // A child of another npm script inherits its variables, and is not meant.
  if (!/\bmmrv\b/.test(env["npm_lifecycle_script"] ?? "")) return undefined;
  const kept = optionsOf(program).filter((option) => isKept(option, env));
  if (kept.length === 0) return undefined;
  const flags = kept.map(({ long }) => long).join(", ");
  return `npm kept ${flags} for itself, as it does with every option that has no -- before it; nothing was touched\n  next: ${insteadOf(program, args, kept, env)}`;
}

/** The options of a program and of all its commands; of several with one name, the last. */
function optionsOf(program: Command): Option[] {
  const of = ({ options, commands }: Command): Option[] => [...options, ...commands.flatMap(of)];
  return [...new Map(of(program).map((option) => [option.long, option])).values()];
}

/** `--no-x` is kept as x, without a value. */
const keyOf = (option: Option) => option.name().replace(/^no-/, "");
const given = (option: Option, env: NodeJS.ProcessEnv) => env[`npm_config_${keyOf(option).replaceAll("-", "_")}`];

function isKept(option: Option, env: NodeJS.ProcessEnv): boolean {
  const value = given(option, env);
  if (value === undefined) return false;
  const isOff = ["", "false", "null"].includes(value);
  // Where a file says dry-run, nobody can tell whether it was typed too; then nothing happens rather than something.
  const isHarmless = keyOf(option) !== "dry-run" && isFromFile(keyOf(option), value, env);
  return isOff === option.negate && !isHarmless;
}

/** Some of our options are npm's too, such as json and force: a user's .npmrc may hold one, and npm hands that on alike. */
function isFromFile(key: string, value: string, env: NodeJS.ProcessEnv): boolean {
  const project = env["npm_config_local_prefix"];
  const files = [
    project && join(project, ".npmrc"),
    env["npm_config_userconfig"],
    env["npm_config_globalconfig"],
  ].filter((file) => file !== undefined);
  return files.some((file) => settingIn(file, key) === value);
}

/** docs.npmjs.com/cli/configuring-npm/npmrc: the last line counts, and a key alone is true. */
function settingIn(file: string, key: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const last = [...text.matchAll(new RegExp(`^[ \\t]*${key}[ \\t]*(?:=[ \\t]*(.*?)[ \\t]*)?$`, "gm"))].at(-1);
  return last && (last[1]?.replace(/^"(.*)"$/, "$1") ?? "true");
}

/** The command that was meant. A value that npm took from its option is among the arguments; which one it is can be told only when there is one. */
function insteadOf(program: Command, args: readonly string[], kept: readonly Option[], env: NodeJS.ProcessEnv): string {
  const { path, most } = commandOf(program, args);
  const isLoose = (option: Option) => option.required && given(option, env) === "true";
  const own = args.slice(0, path + most);
  const loose = args.slice(path + most);
  const [only, ...more] = kept.filter(isLoose).length === 1 ? loose : [];
  const flagged = kept.flatMap((option) => {
    if (!isLoose(option)) return flagOf(option, given(option, env) ?? "");
    return only !== undefined && more.length === 0 ? `${option.long} ${quoted(only)}` : option.flags;
  });
  const rest = kept.some(isLoose) ? [] : loose;
  return ["npx mmrv", ...[...own, ...rest].map(quoted), ...flagged].join(" ");
}

/** How many words name the command, and how many arguments it takes at most. */
function commandOf(program: Command, args: readonly string[]): { readonly path: number; readonly most: number } {
  let [command, path] = [program, 0];
  for (const word of args) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (!next) break;
    [command, path] = [next, path + 1];
  }
  const { registeredArguments } = command;
  return {
    path,
    most: registeredArguments.some(({ variadic }) => variadic) ? args.length : registeredArguments.length,
  };
}

/** npm gives an option that was given several times as one text. */
const flagOf = (option: Option, value: string): string[] =>
  option.required ? value.split("\n\n").map((one) => `${option.long} ${quoted(one)}`) : [option.long ?? ""];
