import type { z } from "zod";
import { closestTo, didYouMean } from "../did-you-mean";
import { keysOf } from "../schema-walk";
import { type Fault, fault } from "./fault";

/** What the shape of a file's fields is like, and which of them rules can go by all the same. */
export interface Shape {
  /** One for each field. */
  readonly faults: readonly Fault[];
  /** Whether each of the fields is at least of its type, with all that is inside. */
  readonly isReadable: (fields: readonly PropertyKey[]) => boolean;
  /** Whether nothing is wrong at a field, above it or below it; in a dotted path. */
  readonly isSound: (path: string) => boolean;
  /** Those of a rule's faults that are mistakes of their own, and do not follow from what is wrong here. */
  readonly news: (faults: readonly Fault[]) => Fault[];
}

/** With these a field is not even of its type, so that rules cannot read it. */
const NOT_OF_ITS_TYPE = ["invalid_type", "invalid_union"];

export function judgeShape(schema: z.ZodType, settings: unknown): Shape {
  const issues = schema.safeParse(settings).error?.issues ?? [];
  const unreadable = issues.filter(({ code }) => NOT_OF_ITS_TYPE.includes(code)).map(({ path }) => path[0]);
  const faults = firstOfEach(issues.flatMap((issue) => shapeFaults(issue, schema, settings)));
  const wrong = faults.map(({ path }) => path);
  const isSound = (path: string) => !wrong.some((other) => isWithin(path, other) || isWithin(other, path));
  return {
    faults,
    isReadable: (fields) => !fields.some((field) => unreadable.includes(String(field))),
    isSound,
    news: (all) =>
      all.filter(({ path, by = [] }) => !wrong.some((other) => isWithin(path, other)) && by.every(isSound)),
  };
}

/** Whether a path is another or lies below it. */
const isWithin = (path: string, other: string): boolean => path === other || path.startsWith(`${other}.`);

/** A field that is not of its type breaks each of its schema's rules. A slip in a field's name leaves the right one empty. */
function firstOfEach(faults: readonly (Fault & { readonly meant?: string })[]): Fault[] {
  const meant = faults.flatMap((each) => each.meant ?? []);
  return faults.filter(
    ({ path, got }, index) =>
      faults.findIndex((other) => other.path === path) === index && !(got === undefined && meant.includes(path)),
  );
}

/** What is wrong with the shape of one field; of an unknown one also the path that was meant. */
function shapeFaults(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  settings: unknown,
): (Fault & { readonly meant?: string })[] {
  const { code, path } = issue;
  const at = (keys: readonly PropertyKey[]) => keys.map(String).join(".");
  if (code === "invalid_key") return issue.issues.map((inner) => fault(at(path), path.at(-1), inner.message));
  if (code !== "unrecognized_keys") {
    const got = valueAt(settings, path);
    return [fault(at(path), got, sentence(issue, got))];
  }
  const must = mustOf(issue);
  const unused = keysOf(schema, path, settings).filter((key) => valueAt(settings, [...path, key]) === undefined);
  return issue.keys.map((key) => {
    const meant = closestTo(key, unused);
    return {
      ...fault(at([...path, key]), valueAt(settings, [...path, key]), `${must}${didYouMean(key, unused)}`),
      ...(meant !== undefined && { meant: at([...path, meant]) }),
    };
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** The schema's own sentence; zod has words for every schema, and they are no sentences of ours. */
const mustOf = (issue: z.core.$ZodIssue): string =>
  /^must /.test(issue.message) ? issue.message : `must be ${wanted(issue)}`;

/** What a field must be, with what a user needs to see the mistake: quotes too few or too many, a word that is near. */
function sentence(issue: z.core.$ZodIssue, got: unknown): string {
  const must = mustOf(issue);
  const words = choices(issue);
  const kind = KINDS[got instanceof Date ? "date" : typeof got];
  if ((isOf(issue, "string") || words.includes(String(got))) && kind !== undefined && !must.includes("quotes"))
    return `must be in quotes (without them it is ${kind}), and ${must.replace(/^must /, "")}`;
  if (typeof got !== "string") return must;
  const isNumber = isOf(issue, "number") && got.trim() !== "" && Number.isFinite(Number(got));
  if (isNumber || (isOf(issue, "boolean") && /^(true|false)$/.test(got)))
    return `must be without quotes (with them it is text), and ${must.replace(/^must /, "")}`;
  return `${must}${didYouMean(got, words)}`;
}

const KINDS: Readonly<Record<string, string>> = {
  bigint: "a number",
  boolean: "true or false",
  date: "a date",
  number: "a number",
};

const isOf = (issue: z.core.$ZodIssue, type: string): boolean =>
  issue.code === "invalid_type" && issue.expected === type;

/** The words that the field takes, where they are a closed list. */
function choices(issue: z.core.$ZodIssue): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return issue.code === "invalid_union" && "options" in issue ? (issue.options as unknown[]).map(String) : [];
}

/** For fields that say nothing of their own. */
function wanted(issue: z.core.$ZodIssue): string {
  const words = choices(issue);
  if (words.length > 0) return `one of ${words.join(", ")}`;
  if (issue.code === "unrecognized_keys") return "absent (no such field)";
  return (issue.code === "invalid_type" && TYPES[issue.expected as string]) || "something else";
}

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  number: "a number",
  object: "an object",
  string: "text",
};
