import type { Question } from "./question";

/**
 * What becomes of a path when nothing else is said of its value. A path that `reads` is claimed by the conversion, value by
 * value; one that it leaves unclaimed is asked about, so that nothing vanishes.
 */
export type Field = { readonly reads: string } | { readonly drops: string } | { readonly asks: Omit<Question, "id"> };

/**
 * One row a path, as the SDK's model of AWS spells it: `[]` for the elements of a list, `{}` for the members of an object
 * whose keys are data. `__tests__/tools/import/fields.test.ts` walks the SDK's schemas and fails on a path without a row.
 */
export type Fields = Readonly<Record<string, Field>>;

/** Becomes a value of ours, mostly; the conversion says which. */
export const reads = (what: string): Field => ({ reads: what });
/** Goes without a loss, and why. */
export const drops = (why: string): Field => ({ drops: why });
/** Somebody must say. */
export const asks = (question: Omit<Question, "id">): Field => ({ asks: question });

/** A group of paths that share a row, below one of them. */
export const below = (path: string, names: readonly string[], field: Field): Fields =>
  Object.fromEntries(names.map((name) => [`${path}${name}`, field]));
