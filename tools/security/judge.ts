import { type Exception, exceptions } from "../../environments/exceptions";
import type { Finding, Scan } from "./checkov";

export interface Verdict {
  /** What failed without an exception, once each, with the shapes in which it did. */
  readonly unexplained: readonly (Finding & { readonly shapes: readonly string[] })[];
  /** What is excepted and fails in no shape: it must leave the list. */
  readonly unneeded: readonly Exception[];
}

/** What an exception and a finding have in common; nothing else makes one cover the other. */
const keyOf = ({ check, stack, address }: Pick<Finding, "check" | "stack" | "address">) =>
  `${check} ${stack} ${address}`;

export function judge(scans: readonly Scan[], given: readonly Exception[] = exceptions): Verdict {
  const excepted = new Set(given.map(keyOf));
  const unexplained = new Map<string, Finding & { shapes: string[] }>();
  const met = new Set<string>();
  for (const { failed, shape } of scans) {
    for (const finding of failed) {
      const key = keyOf(finding);
      met.add(key);
      if (excepted.has(key)) continue;
      const known = unexplained.get(key);
      if (known) known.shapes.push(shape);
      else unexplained.set(key, { ...finding, shapes: [shape] });
    }
  }
  return {
    unexplained: [...unexplained.values()],
    unneeded: given.filter((exception) => !met.has(keyOf(exception))),
  };
}

/** One line for somebody who has to act. */
export const describeUnexplained = ({ check, stack, address, shapes, wants }: Verdict["unexplained"][number]) =>
  `${check} ${stack} ${address} (${shapes.join(", ")}): ${wants}`;

export const describeUnneeded = ({ check, stack, address }: Exception) =>
  `${check} ${stack} ${address}: fails in no shape any more; take it out of environments/exceptions.ts and lower CEILING`;
