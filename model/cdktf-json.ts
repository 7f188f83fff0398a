import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { isMapping } from "./read-values";
import { shown } from "./rules/issue";
import { UserError } from "./user-error";

/** Next to the program. */
const CDKTF_JSON = join(__dirname, "..", "cdktf.json");

/**
 * What cdktf.json gives to every App, so that a direct run and the CLI agree; a file without it keeps state locally.
 * @throws UserError when the file is missing or broken, or says something else than an object: state would silently be local
 */
export function cdktfContext(path: string = CDKTF_JSON): { readonly state?: unknown } {
  if (!existsSync(path))
    throw wrong("cdktf.json", "there is no such file beside main.ts", "git checkout cdktf.json brings it back");
  const settings = parsed(readFileSync(path, "utf8"));
  if (!isMapping(settings)) throw wrong("cdktf.json", `must be an object, got ${shown(settings)}`, REMEDY);
  const { context = {} } = settings;
  if (!isMapping(context)) throw wrong("cdktf.json", `context must be an object, got ${shown(context)}`, REMEDY);
  return context;
}

const REMEDY = 'write it as in README.md, "Where state lives"';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const issues: ParseError[] = [];
    parse(text, issues, { disallowComments: true, allowTrailingComma: false });
    // JSON.parse names no line; of a text that only it refuses, the beginning is wrong.
    const [first] = issues;
    const line = text.slice(0, first?.offset ?? 0).split("\n").length;
    const what = first === undefined ? "" : ` (${inWords(printParseErrorCode(first.error))})`;
    throw wrong(`cdktf.json:${line}`, `is no JSON${what}`, "mend that line, or the end of the one before it");
  }
}

/** CommaExpected as "comma expected". */
const inWords = (code: string): string => code.replace(/\B[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();

const wrong = (where: string, what: string, next: string) =>
  new UserError(`${where}: ${what}, nothing was touched\n  next: ${next}`);
