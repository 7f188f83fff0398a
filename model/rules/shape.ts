import type { z } from "zod";
import { closestTo, didYouMean } from "../did-you-mean";
import { keysOf } from "../schema-walk";
import { type Issue, issue } from "./issue";

/** What the shape of a file's fields is like, and which of them rules can go by all the same. */
export interface Shape {
  /** One for each field. */
  readonly issues: readonly Issue[];
  /** Whether each of the fields is at least of its type, with all that is inside. */
  readonly isReadable: (fields: readonly PropertyKey[]) => boolean;
  /** Whether nothing is wrong at a field, above it or below it; in a dotted path. */
  readonly isSound: (path: string) => boolean;
  /** Those of a rule's issues that are mistakes of their own, and do not follow from what is wrong here. */
  readonly news: (issues: readonly Issue[]) => Issue[];
}

/** With these a field is not even of its type, so that rules cannot read it. */
const NOT_OF_ITS_TYPE = ["invalid_type", "invalid_union"];

export function evaluateShape(schema: z.ZodType, settings: unknown): Shape {
  const zodIssues = (schema.safeParse(settings).error?.issues ?? []).flatMap(opened);
  const unreadable = zodIssues.filter(({ code }) => NOT_OF_ITS_TYPE.includes(code)).map(({ path }) => path[0]);
  const issues = firstOfEach(zodIssues.flatMap((zodIssue) => shapeIssues(zodIssue, schema, settings)));
  const wrong = issues.map(({ path }) => path);
  const isSound = (path: string) => !wrong.some((other) => isWithin(path, other) || isWithin(other, path));
  return {
    issues,
    isReadable: (fields) => !fields.some((field) => unreadable.includes(String(field))),
    isSound,
    news: (all) =>
      all.filter(({ path, by = [] }) => !wrong.some((other) => isWithin(path, other)) && by.every(isSound)),
  };
}

/** Of a plain union, what is wrong with the one option whose type the value has; otherwise that it has none. */
function opened(zodIssue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (zodIssue.code !== "invalid_union") return [zodIssue];
  const [meant, ...others] = zodIssue.errors.filter((option) =>
    option.every(({ code, path }) => code !== "invalid_type" || path.length > 0),
  );
  if (meant === undefined || others.length > 0) return [zodIssue];
  return meant.flatMap((inner) => opened({ ...inner, path: [...zodIssue.path, ...inner.path] }));
}

/** Whether a path is another or lies below it. */
const isWithin = (path: string, other: string): boolean => path === other || path.startsWith(`${other}.`);

/** A field that is not of its type breaks each of its schema's rules. A slip in a field's name leaves the right one empty. */
function firstOfEach(issues: readonly (Issue & { readonly meant?: string })[]): Issue[] {
  const meant = issues.flatMap((each) => each.meant ?? []);
  return issues.filter(
    ({ path, got }, index) =>
      issues.findIndex((other) => other.path === path) === index && !(got === undefined && meant.includes(path)),
  );
}

/** What is wrong with the shape of one field; of an unknown one also the path that was meant. */
function shapeIssues(
  zodIssue: z.core.$ZodIssue,
  schema: z.ZodType,
  settings: unknown,
): (Issue & { readonly meant?: string })[] {
  const { code, path } = zodIssue;
  const at = (keys: readonly PropertyKey[]) => keys.map(String).join(".");
  if (code === "invalid_key") return zodIssue.issues.map((inner) => issue(at(path), path.at(-1), inner.message));
  if (code !== "unrecognized_keys") {
    const got = valueAt(settings, path);
    return [issue(at(path), got, sentence(zodIssue, got))];
  }
  const must = mustOf(zodIssue);
  const unused = keysOf(schema, path, settings).filter((key) => valueAt(settings, [...path, key]) === undefined);
  return zodIssue.keys.map((key) => {
    const meant = closestTo(key, unused);
    return {
      ...issue(at([...path, key]), valueAt(settings, [...path, key]), `${must}${didYouMean(key, unused)}`),
      ...(meant !== undefined && { meant: at([...path, meant]) }),
    };
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** The schema's own sentence; zod has words for every schema, and they are no sentences of ours. */
const mustOf = (zodIssue: z.core.$ZodIssue): string =>
  /^must /.test(zodIssue.message) ? zodIssue.message : `must be ${wanted(zodIssue)}`;

/** What a field must be, with what a user needs to see the mistake: quotes too few or too many, a word that is near. */
function sentence(zodIssue: z.core.$ZodIssue, got: unknown): string {
  const must = mustOf(zodIssue);
  const words = choices(zodIssue);
  const kind = KINDS[got instanceof Date ? "date" : typeof got];
  if ((isOf(zodIssue, "string") || words.includes(String(got))) && kind !== undefined && !must.includes("quotes"))
    return `must be in quotes (without them it is ${kind}), and ${must.replace(/^must /, "")}`;
  if (typeof got !== "string") return must;
  const isNumber = isOf(zodIssue, "number") && got.trim() !== "" && Number.isFinite(Number(got));
  if (isNumber || (isOf(zodIssue, "boolean") && /^(true|false)$/.test(got)))
    return `must be without quotes (with them it is text), and ${must.replace(/^must /, "")}`;
  return `${must}${didYouMean(got, words)}`;
}

const KINDS: Readonly<Record<string, string>> = {
  bigint: "a number",
  boolean: "true or false",
  date: "a date",
  number: "a number",
};

const isOf = (zodIssue: z.core.$ZodIssue, type: string): boolean =>
  zodIssue.code === "invalid_type" && zodIssue.expected === type;

/** The words that the field takes, where they are a closed list. */
function choices(zodIssue: z.core.$ZodIssue): string[] {
  if (zodIssue.code === "invalid_value") return zodIssue.values.map(String);
  return zodIssue.code === "invalid_union" && "options" in zodIssue ? (zodIssue.options as unknown[]).map(String) : [];
}

/** For fields that say nothing of their own. */
function wanted(zodIssue: z.core.$ZodIssue): string {
  const words = choices(zodIssue);
  if (words.length > 0) return `one of ${words.join(", ")}`;
  if (zodIssue.code === "unrecognized_keys") return "absent (no such field)";
  return (zodIssue.code === "invalid_type" && TYPES[zodIssue.expected as string]) || "something else";
}

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  number: "a number",
  object: "an object",
  string: "text",
};
