/** As much of a shell as build specs use. Nothing is ever run. */

/** A pipeline between two `;`, `&&`, `||` or ends of lines. */
export interface Statement {
  /** The words of each command of the pipeline; quotes are taken off, variables stay as they stand. */
  readonly pipeline: readonly (readonly string[])[];
  /** Where the output goes, with > or >>. */
  readonly to?: string;
  /** The lines of a here-document. */
  readonly input?: readonly string[];
}

interface Building {
  pipeline: string[][];
  to?: string;
  input?: string[];
}

const OPERATORS = ["&&", "||", ";;", ">>", "<<-", "<<", ";", "&", "|", ">", "<", "\n"];

/** The statements of a command, in order. */
export function statementsIn(command: string): Statement[] {
  const statements: Statement[] = [];
  let now: Building = { pipeline: [[]] };
  let pending: { readonly end: string; readonly of: Building } | undefined;
  let expects: ">" | "<" | "<<" | undefined;

  const end = () => {
    const pipeline = now.pipeline.filter((words) => words.length > 0);
    if (pipeline.length > 0) {
      now.pipeline = pipeline;
      statements.push(now);
    }
    now = { pipeline: [[]] };
  };
  const word = (text: string) => {
    if (expects === ">") now.to = text;
    else if (expects === "<<") pending = { end: text, of: now };
    else if (expects === undefined) now.pipeline.at(-1)?.push(text);
    expects = undefined;
  };

  let at = 0;
  while (at < command.length) {
    const rest = command.slice(at);
    const operator = OPERATORS.find((one) => rest.startsWith(one));
    if (/^\\\r?\n/.test(rest)) at += rest.indexOf("\n") + 1;
    else if (/^[^\S\n]/.test(rest)) at += 1;
    else if (/^#/.test(rest)) at += /^[^\n]*/.exec(rest)?.[0].length ?? 1;
    else if (/^\d?>&\d/.test(rest)) at += rest.indexOf("&") + 2;
    else if (/^2>>?/.test(rest)) {
      // What goes wrong is printed elsewhere: the next word is no file of ours.
      at += /^2>>?\s*\S*/.exec(rest)?.[0].length ?? 2;
    } else if (operator !== undefined) {
      at += operator.length;
      if (operator === "|") now.pipeline.push([]);
      else if (operator.startsWith("<<")) expects = "<<";
      else if (operator === "<") expects = "<";
      else if (operator.startsWith(">")) expects = ">";
      else end();
      if (operator === "\n" && pending !== undefined) at = takeDocument(command, at, pending);
      if (operator === "\n") pending = undefined;
    } else {
      const length = wordLength(rest);
      word(unquoted(rest.slice(0, length)));
      at += length;
    }
  }
  end();
  return statements;
}

/** @returns where the command goes on behind the here-document */
function takeDocument(command: string, at: number, { end, of }: { end: string; of: Building }): number {
  const lines = command.slice(at).split("\n");
  const last = lines.findIndex((line) => line.trim() === end);
  const body = last < 0 ? lines : lines.slice(0, last);
  of.input = body.map((line) => line.trim());
  return at + lines.slice(0, last < 0 ? lines.length : last + 1).join("\n").length;
}

/** How far a word goes: quotes and `$( )` hold what would end it. */
function wordLength(text: string): number {
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const held = heldLength(rest);
    if (held > 0) at += held;
    else if (/^[\s;&|<>]/.test(rest)) break;
    else at += 1;
  }
  return Math.max(at, 1);
}

function heldLength(text: string): number {
  if (text.startsWith("\\")) return 2;
  if (text.startsWith("'")) return closing(text, 1, "'");
  if (text.startsWith('"')) return doubleQuoted(text);
  if (text.startsWith("`")) return closing(text, 1, "`");
  if (text.startsWith("${")) return closing(text, 2, "}");
  return text.startsWith("$(") ? substitution(text) : 0;
}

function closing(text: string, from: number, sign: string): number {
  const end = text.indexOf(sign, from);
  return end < 0 ? text.length : end + 1;
}

function doubleQuoted(text: string): number {
  let at = 1;
  while (at < text.length && text[at] !== '"') {
    const rest = text.slice(at);
    at += rest.startsWith("\\") ? 2 : rest.startsWith("$(") ? substitution(rest) : 1;
  }
  return at + 1;
}

function substitution(text: string): number {
  let at = 2;
  while (at < text.length && text[at] !== ")") at += heldLength(text.slice(at)) || 1;
  return at + 1;
}

/** Without the quotes around its parts; what a `$( )` holds keeps its own. */
function unquoted(word: string): string {
  let text = "";
  let at = 0;
  while (at < word.length) {
    const rest = word.slice(at);
    const held = heldLength(rest) || 1;
    const part = rest.slice(0, held);
    if (part.startsWith("'")) text += part.slice(1, -1);
    else if (part.startsWith('"')) text += part.slice(1, -1).replace(/\\(["\\`])/g, "$1");
    else text += part.startsWith("\\") ? part.slice(1) : part;
    at += held;
  }
  return text;
}
