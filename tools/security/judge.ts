import { exceptions } from "../../environments/all";
import { covers, type Exception } from "../../model/exception";
import type { Finding, Scan } from "./checkov";

export interface Verdict {
  /** What failed without an exception, once each, with the shapes in which it did. */
  readonly unexplained: readonly (Finding & { readonly shapes: readonly string[] })[];
  /** What is excepted and fails in no shape: it may leave the list. */
  readonly unneeded: readonly Exception[];
}

const keyOf = ({ check, stack, address }: Finding) => `${check} ${stack} ${address}`;

export function judge(scans: readonly Scan[], given: readonly Exception[] = exceptions): Verdict {
  const unexplained = new Map<string, Finding & { shapes: string[] }>();
  const met = new Set<Exception>();
  for (const { failed, shape } of scans) {
    for (const finding of failed) {
      const exception = given.find((one) => covers(one, finding));
      if (exception) {
        met.add(exception);
        continue;
      }
      const key = keyOf(finding);
      const known = unexplained.get(key);
      if (known) known.shapes.push(shape);
      else unexplained.set(key, { ...finding, shapes: [shape] });
    }
  }
  return {
    unexplained: [...unexplained.values()],
    unneeded: given.filter((exception) => !met.has(exception)),
  };
}

/** One line for somebody who has to act. */
export const describeUnexplained = ({ check, stack, address, shapes, wants }: Verdict["unexplained"][number]) =>
  `${check} ${stack} ${address} (${shapes.join(", ")}): ${wants}`;

export const describeUnneeded = ({ check, stack, address }: Exception) =>
  `${check} ${stack} ${address}: explains nothing in any shape; if that stays so, take it out of environments/exceptions.ts and lower CEILING`;
