import { type Document, parseDocument } from "yaml";
import { UserError } from "../../../model/user-error";
import { isRecord } from "../at";
import { templateOf } from "../read-input";

/** What to type instead of a file that is none. */
export interface Shown {
  /** What the file is, such as "a build spec". */
  readonly is: string;
  /** One of these keys it must have at its top. */
  readonly has: readonly string[];
  /** The command that prints the real one. */
  readonly by: string;
}

/** What the parser calls by the rule that broke, and people by what they see. */
const SAYS: Readonly<Record<string, string>> = {
  BAD_INDENT: "the indentation is off",
  BLOCK_AS_IMPLICIT_KEY: "the indentation is off",
  DUPLICATE_KEY: "a key stands there twice",
  MULTILINE_IMPLICIT_KEY: "the indentation is off",
  TAB_AS_INDENT: "a tab indents",
};

/**
 * What a file says that is YAML.
 * @throws UserError with line and column for what is no YAML, and for a template or another file. What stands there is never
 *   quoted: build specs hold secrets
 */
export function parseYaml(text: string, name: string, shown: Shown): Readonly<Record<string, unknown>> {
  const { by, has, is } = shown;
  const document = parseDocument(text.replace(/^\uFEFF/, ""), { merge: true, prettyErrors: true, uniqueKeys: true });
  const fault = faultOf(document);
  const mend = `nothing was written\n  next: mend it there, or ${by}`;
  if (fault !== undefined) throw new UserError(`${name}: is not YAML: ${fault}; ${mend}`);
  const value = contentOf(document);
  if (value === undefined) throw new UserError(`${name}: its anchors and aliases lead nowhere, or too far; ${mend}`);
  if (isRecord(value) && has.some((key) => Object.hasOwn(value, key))) return value;
  const kind = templateOf(text);
  const got = kind === undefined ? `this is not ${is}: it has none of ${has.join(", ")}` : `this is ${kind}, not ${is}`;
  throw new UserError(`${name}: ${got}; nothing was written\n  next: ${by}`);
}

/** Of the first line with a fault, where the parser got farthest. */
function faultOf({ errors }: Document.Parsed): string | undefined {
  const faults = errors.map(({ code, linePos }) => ({ code, ...(linePos?.[0] ?? { line: 1, col: 1 }) }));
  const [fault] = faults.filter(({ line }) => line === faults[0]?.line).sort((one, other) => other.col - one.col);
  if (fault === undefined) return undefined;
  const says = SAYS[fault.code] ?? fault.code.toLowerCase().replaceAll("_", " ");
  return `${says} at line ${fault.line}, column ${fault.col}`;
}

function contentOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    return undefined;
  }
}
