import type { Delivery } from "../../model/schema/git-ops";

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Comments, texts, words, and every other character; what a regular expression or a nested template says is not understood. */
const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[\w$]+|\S/g;

const tokensOf = (text: string): Token[] =>
  [...text.matchAll(TOKEN)]
    .map(({ 0: token, index }) => ({ text: token, start: index, end: index + token.length }))
    .filter((token) => !/^\/[/*]/.test(token.text));

/** What stands between two braces: the tokens inside, and the braces themselves. */
interface Braces {
  readonly open: Token;
  readonly inside: readonly Token[];
  readonly close: Token;
}

const OPENING = "([{";
const CLOSING = ")]}";

/** From the opening brace at an index to the one that closes it. */
function bracesAt(tokens: readonly Token[], index: number): Braces | undefined {
  let depth = 0;
  for (let at = index; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token !== undefined && OPENING.includes(token.text)) depth += 1;
    if (token !== undefined && CLOSING.includes(token.text)) depth -= 1;
    const open = tokens[index];
    if (depth === 0 && open && token) return { open, inside: tokens.slice(index + 1, at), close: token };
  }
  return undefined;
}

const keyOf = ({ text }: Token): string => text.replace(/^(["'])(.*)\1$/, "$2");

/** The objects that a key holds directly inside: `key: { … }`. */
function objectsOf(tokens: readonly Token[], key: string, isDeep: boolean): Braces[] {
  const found: Braces[] = [];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (OPENING.includes(token.text)) depth += 1;
    if (CLOSING.includes(token.text)) depth -= 1;
    const isKey = keyOf(token) === key && tokens[index + 1]?.text === ":" && tokens[index + 2]?.text === "{";
    const braces = isKey && (isDeep || depth === 0) ? bracesAt(tokens, index + 2) : undefined;
    if (braces) found.push(braces);
  }
  return found;
}

/**
 * The text of an environment's file in which a release has another delivery; comments and all else stay as they are.
 * @returns undefined unless there is exactly one `delivery: { … }` in a `gitOps: { … }`, which says the release by a text or not
 * at all: then a person has to write it
 */
export function withDelivery(text: string, release: string, to: Delivery): string | undefined {
  const found = objectsOf(tokensOf(text), "gitOps", true).flatMap(({ inside }) => objectsOf(inside, "delivery", false));
  const [braces] = found;
  if (braces === undefined || found.length > 1) return undefined;
  const { inside } = braces;
  const index = inside.findIndex((token, at) => keyOf(token) === release && inside[at + 1]?.text === ":");
  if (index < 0) return inserted(text, braces, release, to);
  const value = inside[index + 2];
  if (value === undefined || !/^["']/.test(value.text)) return undefined;
  return `${text.slice(0, value.start)}"${to}"${text.slice(value.end)}`;
}

/** As the formatter writes a key. */
const keyText = (release: string): string => (/^[A-Za-z_$][\w$]*$/.test(release) ? release : `"${release}"`);

function inserted(text: string, { close, inside, open }: Braces, release: string, to: Delivery): string {
  const entry = `${keyText(release)}: "${to}"`;
  const last = inside.at(-1);
  const from = last?.end ?? open.end;
  const comma = last && last.text !== "," ? "," : "";
  const behind = text.slice(from, close.start);
  if (!behind.includes("\n"))
    return `${text.slice(0, from)}${comma}${behind.trimEnd()} ${entry} ${text.slice(close.start)}`;
  // A comment behind the last entry stays behind it.
  const lineEnd = text.lastIndexOf("\n", close.start);
  const indent = `${/^[ \t]*/.exec(text.slice(lineEnd + 1))?.[0] ?? ""}  `;
  return `${text.slice(0, from)}${comma}${text.slice(from, lineEnd)}\n${indent}${entry},${text.slice(lineEnd)}`;
}
