import { isRecord } from "./at";

export type Path = readonly string[];
export interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

/** Every value by its path; a list is one, because Helm replaces lists whole. */
export function leavesOf(value: object, path: Path = []): Leaf[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (inner === undefined) return [];
    return isRecord(inner) && Object.keys(inner).length > 0
      ? leavesOf(inner, [...path, key])
      : [{ path: [...path, key], value: inner }];
  });
}

export function memberOf(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}
