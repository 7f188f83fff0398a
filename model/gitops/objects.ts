import { isMapping } from "../read-values";

/** An object of a file below gitops/, as YAML says it: it may be anything. */
export interface GitOpsObject {
  /** From the root of the repository, such as gitops/staging/backend/release.yaml. */
  readonly file: string;
  readonly object: unknown;
}

/** The keys that lead to a field; the key of an annotation has dots of its own. */
export type Field = readonly string[];

/** What stands at a field; undefined where nothing does. */
export const valueAt = (object: unknown, field: Field): unknown =>
  field.reduce<unknown>(
    (inner, key) => (isMapping(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    object,
  );
