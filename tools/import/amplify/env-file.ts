import { basename } from "node:path";
import { type Fetched, fetchedBy } from "./secret-source";
import type { Statement } from "./shell";

/** A variable that a statement writes into a .env file. */
export interface Line {
  readonly name: string;
  /** Undefined when it hangs on what nobody knows. */
  readonly value?: string;
  readonly fetched?: Fetched;
  /** Variables that it is made of. */
  readonly uses?: readonly string[];
}

/** What a statement writes into a .env file. */
export type Written =
  | { readonly kind: "lines"; readonly lines: readonly Line[] }
  /** `env | grep …`: what fits, of all that the build knows. */
  | {
      readonly kind: "filter";
      readonly fits: (line: string) => boolean;
      readonly names: readonly string[];
      readonly isPublicOnly: boolean;
    }
  /** Names that nobody can read off the command. */
  | { readonly kind: "unknown" };

/** What a shell knows of a variable. */
export interface Scope {
  readonly value: (name: string) => string | undefined;
  readonly fetched: (name: string) => Fetched | undefined;
  /** What the shell made it of. */
  readonly uses: (name: string) => readonly string[];
}

export const isEnvFile = (path: string): boolean =>
  /^\.env(\.(local|production|production\.local|[\w-]+))?$/.test(basename(path)) &&
  !/\.(example|sample|template|vault|keys)$/.test(path);

/** @returns undefined for a statement that writes no .env file */
export function writtenBy(statement: Statement, scope: Scope): Written | undefined {
  const [copy = [], ...piped] = statement.pipeline;
  if (/^(cp|mv)$/.test(copy[0] ?? "") && piped.length === 0 && isEnvFile(copy.at(-1) ?? "")) return { kind: "unknown" };
  const target = targetOf(statement);
  if (target === undefined || !isEnvFile(target)) return undefined;
  const [producer = [], ...filters] = statement.pipeline.filter(([program]) => program !== "tee");
  const [program = ""] = producer;
  if (program === "env" || program === "printenv") return producer.length > 1 ? { kind: "unknown" } : filtered(filters);
  if (filters.length > 0) return { kind: "unknown" };
  if (program === "echo") return lines(echoed(producer.slice(1)), scope);
  if (program === "printf") return lines(formatted(producer.slice(1)), scope);
  return program === "cat" && statement.input ? lines(statement.input, scope) : { kind: "unknown" };
}

function targetOf({ pipeline, to }: Statement): string | undefined {
  const tee = pipeline.find(([program]) => program === "tee");
  return tee ? tee.slice(1).find((word) => !word.startsWith("-")) : to;
}

const echoed = (words: readonly string[]): string[] => {
  const isEscaped = words[0] !== undefined && /^-\w*e/.test(words[0]);
  const text = words.filter((word, index) => !(index === 0 && /^-[neE]+$/.test(word))).join(" ");
  return (isEscaped ? text.replaceAll("\\n", "\n") : text).split("\n");
};

function formatted([format = "", ...rest]: readonly string[]): string[] {
  let next = 0;
  return format
    .replaceAll("\\n", "\n")
    .replace(/%s/g, () => rest[next++] ?? "")
    .split("\n");
}

function lines(texts: readonly string[], scope: Scope): Written {
  const all = texts
    .filter((text) => text.trim() !== "" && !text.trim().startsWith("#"))
    .map((text) => lineOf(text, scope));
  const known = all.filter((line) => line !== undefined);
  return known.length === all.length ? { kind: "lines", lines: known } : { kind: "unknown" };
}

function lineOf(text: string, scope: Scope): Line | undefined {
  const [, name, expression = ""] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
  return name === undefined
    ? undefined
    : { name, ...meaningOf(expression.replace(/^(["'])([\s\S]*)\1$/, "$2"), scope) };
}

/** What an expression of the shell comes to. */
export function meaningOf(expression: string, scope: Scope): Omit<Line, "name"> {
  const [, variable] = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(expression) ?? [];
  const fetched =
    variable === undefined ? fetchedBy(expression, (text) => resolved(text, scope)) : scope.fetched(variable);
  if (fetched) return { fetched };
  const value = resolved(expression, scope);
  const uses = [...expression.matchAll(/\$\{?([A-Za-z_]\w*)/g)].flatMap(([, name = ""]) => [name, ...scope.uses(name)]);
  return { ...(value !== undefined && { value }), ...(uses.length > 0 && { uses }) };
}

/** A text with its variables; undefined when one of them is not known. */
export function resolved(text: string, scope: Scope): string | undefined {
  let isKnown = !/\$\(|`/.test(text);
  const value = text.replace(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)|(.))/g, (_, braced, bare) => {
    const found = scope.value(braced ?? bare ?? "");
    if (found === undefined) isKnown = false;
    return found ?? "";
  });
  return isKnown ? value : undefined;
}

function filtered(filters: readonly (readonly string[])[]): Written {
  const all = filters.filter(([program]) => program !== "sort").map(grepOf);
  if (all.some((grep) => grep === undefined)) return { kind: "unknown" };
  const greps = all.filter((grep) => grep !== undefined);
  const only = greps.find(({ isInverted }) => !isInverted);
  return {
    kind: "filter",
    fits: (line) => greps.every(({ isInverted, pattern }) => pattern.test(line) !== isInverted),
    names: (only?.words ?? []).flatMap((word) => /^\^?([A-Z][A-Z0-9_]*[A-Z0-9])=?$/.exec(word)?.[1] ?? []),
    isPublicOnly: only?.words.every((word) => /^\^?NEXT_PUBLIC_/.test(word)) ?? false,
  };
}

interface Grep {
  readonly words: readonly string[];
  readonly pattern: RegExp;
  readonly isInverted: boolean;
}

/** grep's patterns are no whole names: -e DB_PASS finds MY_DB_PASSWORD too, and values as well. */
function grepOf([program = "", ...args]: readonly string[]): Grep | undefined {
  if (!/^(e|f)?grep$/.test(program)) return undefined;
  const words: string[] = [];
  let flags = program === "egrep" ? "E" : program === "fgrep" ? "F" : "";
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const isFlags = /^-[EFivw]*e?$/.test(word) && word !== "-";
    if (isFlags) flags += word.slice(1);
    if (word === "--regexp" || (isFlags && word.endsWith("e"))) words.push(rest.shift() ?? "");
    else if (!word.startsWith("-")) words.push(word);
    else if (!isFlags) return undefined;
  }
  const parts = words.flatMap((word) =>
    flags.includes("E") ? splitAlternatives(word, "|") : splitAlternatives(word, "\\|"),
  );
  const isExtended = flags.includes("E");
  const sources = parts.map((part) => (flags.includes("F") ? literally(part) : isExtended ? part : basic(part)));
  const whole = sources.map((source) => (flags.includes("w") ? `\\b(?:${source})\\b` : source)).join("|");
  try {
    const pattern = new RegExp(whole, flags.includes("i") ? "i" : "");
    return { words: parts, pattern, isInverted: flags.includes("v") };
  } catch {
    return undefined;
  }
}

/** `^(A|B)_` stays in one piece. */
const splitAlternatives = (word: string, sign: string): string[] => (/[()]/.test(word) ? [word] : word.split(sign));

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** In a basic expression ( ) { } + ? | are letters, and with \ in front they are not. */
const basic = (text: string): string =>
  text.replace(/\\?[(){}+?|]/g, (sign) => (sign.length === 1 ? `\\${sign}` : sign.slice(1)));
