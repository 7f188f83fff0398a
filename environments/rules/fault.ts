import type { z } from "zod";

/** One thing that is wrong: where, what was found, and the sentence "must be Y (why)". */
export interface Fault {
  readonly path: string;
  readonly got: unknown;
  readonly must: string;
}

export const fault = (path: string, got: unknown, must: string): Fault => ({ path, got, must });

/** With these a field is not even of its type, so that rules cannot read it. */
const NOT_OF_ITS_TYPE = ["invalid_type", "invalid_union"];

/** What is wrong with the shape of a file's fields, and which of them rules can read all the same. */
export function judgeShape(schema: z.ZodType, settings: unknown) {
  const issues = schema.safeParse(settings).error?.issues ?? [];
  const unreadable = issues.filter(({ code }) => NOT_OF_ITS_TYPE.includes(code)).map(({ path }) => path[0]);
  return {
    faults: issues.flatMap((issue) => shapeFaults(issue, settings)),
    isReadable: (fields: readonly PropertyKey[]) => !fields.some((field) => unreadable.includes(String(field))),
  };
}

/** What is wrong with the shape of one field. */
function shapeFaults(issue: z.core.$ZodIssue, settings: unknown): Fault[] {
  if (issue.code === "invalid_key")
    return issue.issues.map(({ message }) => fault(issue.path.join("."), issue.path.at(-1), message));
  const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => fault(path.join("."), valueAt(settings, path), issue.message));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** A value as a user reads it in a sentence. */
export const shown = (value: unknown) =>
  value === undefined ? "nothing" : typeof value === "string" && value.includes(" ") ? value : JSON.stringify(value);

/** One line for the user; `at` is what the path begins with, up to and including its separator. */
export function describeFault(at: string, { path, got, must }: Fault): string {
  return `${at}${path}: got ${shown(got)}, ${must}`;
}
