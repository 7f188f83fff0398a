import type { BuildArgument } from "./inputs";

/** What one image can hold, and what it cannot. */
export interface SplitArguments {
  /** The same in every environment: arguments of the build. */
  readonly shared: readonly BuildArgument[];
  /** Names whose values differ: the server reads them at run time, from env in helm-values. */
  readonly differing: readonly string[];
}

/**
 * One image serves every environment, so a value that differs cannot be in it (docs/pipelines.md, "What the build may know").
 * @param each the arguments that each environment's import found
 */
export function splitBuildArguments(each: readonly (readonly BuildArgument[])[]): SplitArguments {
  const all = new Map<string, Set<string | undefined>>();
  for (const { name, value } of each.flat()) all.set(name, (all.get(name) ?? new Set()).add(value));
  const isShared = (name: string) =>
    all.get(name)?.size === 1 && each.every((list) => list.some((one) => one.name === name));
  const names = [...all.keys()];
  const first = new Map(each.flat().map((argument) => [argument.name, argument]));
  return {
    shared: names.filter(isShared).flatMap((name) => first.get(name) ?? []),
    differing: names.filter((name) => !isShared(name)),
  };
}
