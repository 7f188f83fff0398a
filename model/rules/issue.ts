import { inspect } from "node:util";
import { printable } from "../printable";
import { secretIn } from "../secret-shapes";

/** One thing that is wrong: where, what was found, and the sentence "must be Y (why)". */
export interface Issue {
  readonly path: string;
  readonly got: unknown;
  readonly must: string;
  /** The other fields that it was judged by: when one of them is wrong itself, this is no second mistake. */
  readonly by?: readonly string[];
}

export const issue = (path: string, got: unknown, must: string, by: readonly string[] = []): Issue => ({
  path,
  got,
  must,
  by,
});

/** More of a value than this hides the sentence behind it. */
const LONGEST = 200;

/** What stands for a value that is, or holds, a secret: sentences end up in logs. */
const HIDDEN = '"…"';

/** A value as a user reads it in a sentence. What looks like a secret is not shown, whichever field it is in. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = printable(typeof value === "string" && value.includes(" ") ? value : (asJson(value) ?? inspect(value)));
  if (secretIn(text) !== undefined) return HIDDEN;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Undefined for what JSON cannot say, or would say as something else: NaN, a bigint, a function, an object inside itself. */
function asJson(value: unknown): string | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) return undefined;
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** One line for the user; `at` is what the path begins with, up to and including its separator. */
export function describeIssue(at: string, { path, got, must }: Issue): string {
  return `${printable(at + path)}: got ${shown(got)}, ${printable(must)}`;
}

/** The same of a file as a whole: what is wrong with it, and what it was taken for. */
export const describeFileIssue = ({ got, must, path }: Issue): string =>
  `${printable(path)}: ${printable(must)}, got ${shown(got)}`;

/** A line for each field: what else is wrong with it stands behind the first. */
export function describeIssues(at: (issue: Issue) => string, issues: readonly Issue[]): string[] {
  const lines = new Map<string, { got: string; line: string }>();
  for (const each of issues) {
    const place = at(each) + each.path;
    const [before, got] = [lines.get(place), shown(each.got)];
    const more = printable(each.must);
    if (before === undefined) lines.set(place, { got, line: describeIssue(at(each), each) });
    else
      lines.set(place, { got, line: `${before.line}; ${before.got === got ? `and ${more}` : `got ${got}, ${more}`}` });
  }
  return [...lines.values()].map(({ line }) => line);
}
