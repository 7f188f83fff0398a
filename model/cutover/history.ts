/** The steps of a cutover's file, whatever each says: an earlier one may be written as today's schema has it no more. */
export interface Steps {
  readonly components?: Readonly<Record<string, { readonly steps: readonly unknown[] }>> | undefined;
  readonly jobs?: Readonly<Record<string, readonly unknown[]>> | undefined;
}

/** What of an earlier file is no longer in a later one: steps are added at the end, and never changed. */
export function rewrittenIn(before: Steps, now: Steps): string[] {
  const steps = Object.entries(before.components ?? {}).flatMap(([name, component]) =>
    changedSteps(`components.${name}.steps`, component.steps, now.components?.[name]?.steps),
  );
  const jobs = Object.entries(before.jobs ?? {}).flatMap(([name, given]) =>
    changedSteps(`jobs.${name}`, given, now.jobs?.[name]),
  );
  return [...steps, ...jobs];
}

function changedSteps(path: string, before: readonly unknown[], now: readonly unknown[] = []): string[] {
  return before.flatMap((step, index) => {
    if (canonical(step) === canonical(now[index])) return [];
    const what = now[index] === undefined ? "is gone" : "is another one now";
    return [`${path}.${index}: must stay as it was (${what}): steps are only ever added, git log -p shows it`];
  });
}

/** The same text for the same step, whatever the order of its fields. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  ) ?? "nothing";
