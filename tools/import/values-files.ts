import { isDeepStrictEqual } from "node:util";
import { leavesOf, memberOf } from "./leaves";
import { type Edit, ValuesDocuments } from "./values-documents";

/** What each environment's import meant for one application, as nested values. */
export interface Meant {
  readonly environment: string;
  readonly values: object;
}

/**
 * What helm-values/<application> must say so that the release gets what the import meant: what all imported environments mean
 * alike goes into values.yaml, the rest into the environment's own file. Comments and order stay, and what the files say
 * beyond the import too.
 * @param own the environment that is imported now
 * @param others environments that were imported before
 * @param defaults of the chart, which need not be said again
 * @param read the text of a file by its name; undefined when there is none
 * @throws UserError for a file that is no YAML
 */
export function valuesEdits(
  application: string,
  own: Meant,
  others: readonly Meant[],
  defaults: unknown,
  read: (file: string) => string | undefined,
): Edit[] {
  const files = new ValuesDocuments(`helm-values/${application}`, read);
  const base = "values.yaml";
  const mine = `${own.environment}.yaml`;
  for (const { path, value } of leavesOf(own.values)) {
    const isShared =
      others.length > 0 && others.every((other) => isDeepStrictEqual(memberOf(other.values, path), value));
    const below = () => files.get(base, path) ?? memberOf(defaults, path);
    if (isShared) {
      const isNew = !isDeepStrictEqual(below(), value);
      if (isNew) files.set(base, path, value);
      const comments = [own, ...others].flatMap(({ environment }) => files.remove(`${environment}.yaml`, path) ?? []);
      if (isNew && comments[0] !== undefined) files.comment(base, path, comments[0]);
    } else if (isDeepStrictEqual(below(), value)) files.remove(mine, path);
    else files.set(mine, path, value);
  }
  return files.edits();
}
