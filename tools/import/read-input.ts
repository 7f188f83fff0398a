import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { createScanner, type ParseError, parse, printParseErrorCode, SyntaxKind } from "jsonc-parser";
import { sentenceOf } from "../../model/mistakes";
import { UserError } from "../../model/user-error";

/** What to type instead of a template. */
export interface Shown {
  /** What the file is, such as "a task definition". */
  readonly is: string;
  /** The command that prints the real one. */
  readonly by: string;
}

/**
 * What a file says that is JSON, whatever its name, its byte order mark and its ends of lines.
 * @throws UserError for a file that cannot be read, and for one that is no JSON: a template is told by its kind, and nothing
 *   is ever evaluated
 */
export function readJson(file: string, shown: Shown): unknown {
  return parseStrictly(textOf(file), basename(file), shown);
}

/** What hinders most often; errno(3). */
const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "is a folder, and a file is needed",
  EACCES: "may not be read by you",
};

/** @throws UserError */
export function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${file}: ${UNREADABLE[code ?? ""] ?? sentenceOf(error) ?? "cannot be read"}`);
  }
}

/** The same for text. @param name of the file, for sentences */
export function parseStrictly(text: string, name: string, { is, by }: Shown): unknown {
  if (isTooDeep(text))
    throw new UserError(
      `${name}: is nested deeper than ${DEEPEST} levels, and ${is} never is; nothing was written\n  next: ${by}`,
    );
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first === undefined) return value;
  const kind = templateOf(text);
  const before = text.slice(0, first.offset).split("\n");
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const fault = `is not JSON: ${words(printParseErrorCode(first.error))} at ${place}`;
  // Placeholders stand in JSON as well: whoever fills them in must mend the rest, too.
  if (kind === PLACEHOLDERS)
    throw new UserError(`${name}: ${fault}, and ${kind}, not ${is}; nothing was written\n  next: ${by}`);
  if (kind !== undefined)
    throw new UserError(
      `${name}: this is ${kind}, not ${is}; nothing was written\n  next: ${RENDERED[kind] ?? ""}${by}`,
    );
  throw new UserError(`${name}: ${fault}; nothing was written\n  next: mend it there, or ${by}`);
}

/** No answer of AWS has a fifth of it; a parser that calls itself for each level ends at some thousands. */
const DEEPEST = 100;

/** Whether more brackets stand open at once than in anything that is read here, whatever else is wrong with the text. */
export function isTooDeep(text: string): boolean {
  const scanner = createScanner(text, true);
  let open = 0;
  for (let token = scanner.scan(); token !== SyntaxKind.EOF && open <= DEEPEST; token = scanner.scan()) {
    if (token === SyntaxKind.OpenBraceToken || token === SyntaxKind.OpenBracketToken) open += 1;
    if (token === SyntaxKind.CloseBraceToken || token === SyntaxKind.CloseBracketToken) open -= 1;
  }
  return open > DEEPEST;
}

const PLACEHOLDERS = "a template";

/** What people hand over instead of JSON; told by what only that kind has. */
const TEMPLATES: readonly (readonly [kind: string, sign: RegExp])[] = [
  ["a Terraform template", /%\{\s*(if|for|else|end)|\$\{(var|jsonencode|local|data|module)\b/],
  ["Jsonnet", /^\s*local\s+\w+\s*=|std\.\w+\(|\.jsonnet\b|^\s*\w+:\s*std\./m],
  ["JavaScript, a program", /module\.exports|^\s*export default|^\s*(const|let|var)\s+\w+\s*=|^\s*\/\//m],
  ["CloudFormation", /!(Sub|Ref|GetAtt|Join)\b|Fn::|^\s*(AWSTemplateFormatVersion|ContainerDefinitions|Resources):/m],
  [PLACEHOLDERS, /\{\{.*\}\}|<[A-Z_]{3,}>|\$\{[A-Za-z_]/],
];

/** What renders a kind where a tool of its own does. */
const RENDERED: Readonly<Record<string, string>> = { Jsonnet: "ecspresso render taskdef, or " };

export const templateOf = (text: string): string | undefined => TEMPLATES.find(([, sign]) => sign.test(text))?.[0];

/** Such as "close brace expected". */
const words = (code: string): string => code.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
