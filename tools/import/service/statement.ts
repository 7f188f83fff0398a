import { type At, isRecord } from "../at";
import type { Draft } from "../draft";

/** By operator, then by key. */
export type Conditions = NonNullable<Draft["aws"]["permissions"][number]["conditions"]>;

/** The words of an element of a statement: a list, or one word in its place. */
export function wordsOf(statement: At, name: string): string[] {
  const at = statement.at(name);
  return at.items.length > 0 ? at.words : at.text !== undefined ? [at.text] : [];
}

/** IAM takes one word where it takes a list. @returns undefined for none, and for what is none */
export function conditionsOf(statement: At): Conditions | undefined {
  const condition = statement.at("Condition").value;
  if (!isRecord(condition)) return undefined;
  const listed = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);
  return Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(isRecord(keys) ? keys : {}).map(([key, value]) => [key, listed(value)])),
    ]),
  );
}
