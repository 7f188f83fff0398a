import { madeFileOf } from "./made-file";
import type { Statement } from "./shell";

/** What a statement of a build spec is for. */
export type Step =
  | { readonly kind: "install"; readonly says: string; readonly packages: readonly string[] }
  | { readonly kind: "build"; readonly says: string }
  | { readonly kind: "tool"; readonly says: string; readonly packageManager?: string }
  | { readonly kind: "node"; readonly version: string }
  | { readonly kind: "token"; readonly variables: readonly string[] }
  | { readonly kind: "variable"; readonly name: string; readonly expression: string; readonly isExported: boolean }
  /** A variable that the shell has already, for the programs that it starts. */
  | { readonly kind: "exports"; readonly name: string }
  /** A file that is no .env file, out of what is printed. */
  | { readonly kind: "file"; readonly name: string; readonly says: string }
  | { readonly kind: "shows"; readonly file: string }
  | { readonly kind: "backend" }
  | { readonly kind: "nothing"; readonly why: string }
  | { readonly kind: "goes"; readonly to: string }
  /** By the words that name it; an argument may be a secret. */
  | { readonly kind: "other"; readonly name: string; readonly says: string };

const BY_IMAGE = "the Dockerfile does it: the image has what Next.js traced, and nothing else";
const MANAGER = /^(npm|pnpm|yarn|bun)$/;
const RUNNER = /^(npx|pnpx|bunx)$/;

/** What a statement is for, read off its words: the variables in front of a command first, then the command. */
export function stepsOf(statement: Statement): Step[] {
  const [first = [], ...piped] = statement.pipeline;
  const { assigned, words } = unwrapped(first);
  const kept = assigned.filter(isForNode);
  const variables = assigned.filter((one) => words.length === 0 || !kept.includes(one));
  const steps = variables.map(({ expression, name }) => variable(name, expression, words.length > 0));
  if (words.length === 0) return steps;
  if (words[0] === "export") return [...steps, ...words.slice(1).map(exported)];
  const step = stepOf({ ...statement, pipeline: [words, ...piped] });
  const before = kept.map(
    ({ expression, name }) => `${name}=${expression.includes(" ") ? `"${expression}"` : expression} `,
  );
  return [...steps, "says" in step ? { ...step, says: `${before.join("")}${step.says}` } : step];
}

/** One that nobody thought of is "other". */
function stepOf(statement: Statement): Step {
  const { pipeline, to } = statement;
  const [words = [], ...piped] = pipeline;
  const [program = "", ...args] = words;
  const text = pipeline.flat().join(" ");
  if (/(^|\/)(\.npmrc|\.yarnrc(\.yml)?)$/.test(to ?? "") || /_authToken|npmAuthToken/.test(text))
    return { kind: "token", variables: [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = ""]) => name) };
  if (/^(ampx|amplify|amplifyPush)$/.test(RUNNER.test(program) ? (args[0] ?? "") : program)) return { kind: "backend" };
  if (program === "nvm" || program === "n" || program === "fnm") return { kind: "node", version: args.at(-1) ?? "" };
  if (program === "cd") return { kind: "goes", to: args[0] ?? "." };
  if (PRINTS.test(program) && !hasScript(program, args)) {
    const file = madeFileOf(statement);
    const last = piped.at(-1) ?? [];
    if (file !== undefined) return { kind: "file", name: file, says: written(statement) };
    if (last.length > 0 && !FILTERS.test(last[0] ?? "")) return stepOf({ pipeline: [last] });
  }
  if (/^(true|:|pwd|ls|set|env|printenv|node|which|date)$/.test(program) && !hasScript(program, args))
    return nothing("it changes nothing");
  if (program === "echo" || program === "printf") return nothing("it prints something");
  if (program === "cat") return { kind: "shows", file: args[0] ?? "" };
  if (/^(touch|mkdir|rm|cp|mv|rsync)$/.test(program)) return files(program, args);
  return MANAGER.test(program) || RUNNER.test(program) || /^(next|turbo|nx|corepack)$/.test(program)
    ? ofPackages(words)
    : other(words);
}

const written = ({ input, pipeline, to }: Statement): string =>
  [pipeline.map(shown).join(" | "), ...(input ? ["<<…"] : []), ...(to === undefined ? [] : [">", shown([to])])].join(
    " ",
  );

/** Programs that change nothing but where their output goes. */
const PRINTS = /^(echo|printf|cat|pwd|ls|env|printenv|node|which|date)$/;
/** Programs that only make another text of what they are given. */
const FILTERS = /^(base64|head|tail|cut|wc|sed|tr|sort|uniq|[ef]?grep|awk|jq|xxd|md5sum|sha256sum)$/;

interface Assignment {
  readonly name: string;
  readonly expression: string;
}

const assignmentIn = (word: string): Assignment | undefined => {
  const [, name, expression = ""] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word) ?? [];
  return name === undefined ? undefined : { name, expression };
};

/** A command without the programs that only start another one, and the variables that stand in front of it. */
function unwrapped(words: readonly string[]): { assigned: readonly Assignment[]; words: readonly string[] } {
  const [first = "", second = ""] = words;
  const assignment = assignmentIn(first);
  if (assignment) {
    const rest = unwrapped(words.slice(1));
    return { ...rest, assigned: [assignment, ...rest.assigned] };
  }
  if (first === "timeout") return unwrapped(words.slice(2));
  if (/^(time|sudo|exec|cross-env)$/.test(first)) return unwrapped(words.slice(1));
  if (first === "env" && assignmentIn(second)) return unwrapped(words.slice(1));
  if (RUNNER.test(first) && second === "cross-env") return unwrapped(words.slice(2));
  if (first === "dotenvx" || (RUNNER.test(first) && second === "dotenvx"))
    return unwrapped(words.slice(words.indexOf("--") + 1));
  return { assigned: [], words };
}

/** Options of Node that the build may well need on another machine too, and that can hold no secret. */
const isForNode = ({ expression, name }: Assignment): boolean =>
  name === "NODE_OPTIONS" && expression.split(/\s+/).every((option) => /^--[a-z][a-z-]{0,40}(=\w{1,8})?$/.test(option));

/** What export makes of one of its words. */
function exported(word: string): Step {
  const assignment = assignmentIn(word);
  if (assignment) return variable(assignment.name, assignment.expression, true);
  return /^[A-Za-z_]\w*$/.test(word) ? { kind: "exports", name: word } : other(["export", word]);
}

function variable(name: string, expression: string, isExported: boolean): Step {
  if (name === "NODE_VERSION") return { kind: "node", version: expression };
  if (name === "NODE_OPTIONS") return nothing("memory of Amplify's machine; GitHub's runners have their own");
  return { kind: "variable", name, expression, isExported };
}

const nothing = (why: string): Step => ({ kind: "nothing", why });

const other = (words: readonly string[]): Step => ({ kind: "other", name: nameOf(words), says: shown(words) });

const hasScript = (program: string, args: readonly string[]): boolean =>
  program === "node" && args.some((arg) => !/^(-v|--version)$/.test(arg));

/** Files of the build may be moved as one likes; of others somebody must say what they are for. */
function files(program: string, args: readonly string[]): Step {
  const paths = args.filter((arg) => !arg.startsWith("-"));
  if (program === "touch" || program === "mkdir" || program === "rm") return nothing(BY_IMAGE);
  return paths.some((path) => /(^|\/)\.(next|amplify-hosting)(\/|$)|standalone/.test(path))
    ? nothing(BY_IMAGE)
    : other([program, ...args]);
}

function ofPackages(words: readonly string[]): Step {
  const [program = "", ...args] = words;
  const says = shown(words);
  const plain = args.filter((arg) => !arg.startsWith("-"));
  const [first = "", second = ""] = plain;
  if (program === "corepack" || first === "config" || first === "set") return tool(says, packageManagerIn(args));
  if (args.some((arg) => arg === "-g" || arg === "--global")) return tool(says, packageManagerIn(args));
  if (
    /^(npm|pnpm|yarn|bun)$/.test(program) &&
    (/^(ci|install|i|add)$/.test(first) || (program === "yarn" && first === ""))
  )
    return { kind: "install", says, packages: first === "ci" ? [] : packagesIn(args) };
  if (/^(npx|next)$/.test(program) && plain.join(" ").endsWith("telemetry disable"))
    return nothing("the image sets NEXT_TELEMETRY_DISABLED");
  const task = program === "npm" || first === "run" || first === "exec" ? `${first} ${second}` : first;
  if (first === "prune" || second === "prune" || (/^turbo(@|$)/.test(first) && plain[1] === "prune"))
    return nothing(BY_IMAGE);
  if (/^((run|run-script|exec)\s)?(test|lint|typecheck|type-check|format)\b/.test(task))
    return nothing("tests move to CI");
  const isBuild =
    plain.some((word) => /^build($|[:.-])/.test(word)) || (/^prisma$/.test(first) && second === "generate");
  return isBuild ? { kind: "build", says } : other(words);
}

/** Names of packages behind install or add; a word behind an option is that option's. */
const packagesIn = (args: readonly string[]): string[] =>
  args
    .slice(1)
    .filter((_, index) => !/^(--(cache|prefix|filter|workspace|registry|cwd)|-[wC])$/.test(args[index] ?? ""))
    .filter((arg) => /^@?[a-z][\w./-]*(@.*)?$/.test(arg));

const tool = (says: string, packageManager: string | undefined): Step => ({
  kind: "tool",
  says,
  ...(packageManager !== undefined && { packageManager }),
});

/** Such as pnpm@9.12.0. */
const packageManagerIn = (args: readonly string[]): string | undefined =>
  args.find((arg) => /^(npm|pnpm|yarn|bun)(@[\w.^~-]+)?$/.test(arg));

/** The words that nobody hides anything in: a token may stand behind any option. */
const shown = (words: readonly string[]): string => words.map((word) => (isHarmless(word) ? word : "…")).join(" ");

const isHarmless = (word: string): boolean => {
  const text = word.replace(/^--(filter|scope|workspace|cwd|prefix|cache)=/, "");
  // A long run of letters with digits between is what tokens look like.
  const hasToken = (text.match(/\w{16,}/g) ?? []).some((run) => /\d/.test(run));
  return /^[\w@./:^~*!-]{1,60}$/.test(text) && !text.includes("://") && !hasToken;
};

/** Such as "translations:download" for a script, "curl" for a program: never an argument. */
function nameOf(words: readonly string[]): string {
  const [program = "", ...args] = words;
  const script = args.find((arg) => !arg.startsWith("-") && !/^(run|run-script|exec|dlx)$/.test(arg));
  const isScript = (MANAGER.test(program) || RUNNER.test(program)) && script !== undefined;
  return (
    (isScript ? script : program)
      .replace(/@[^/]*$/, "")
      .replace(/[^\w./:-]+/g, "-")
      .slice(0, 60) || "command"
  );
}
