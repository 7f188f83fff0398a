import { suppressions } from "../../environments/all";
import { covers, type Suppression } from "../../model/suppression";
import type { Finding, Scan } from "./checkov";

export interface Verdict {
  /** What failed without a suppression, once each, with the shapes in which it did. */
  readonly unexplained: readonly (Finding & { readonly shapes: readonly string[] })[];
  /** What is suppressed and fails in no shape: it may leave the list. */
  readonly unneeded: readonly Suppression[];
}

const keyOf = ({ check, stack, address }: Finding) => `${check} ${stack} ${address}`;

export function evaluate(scans: readonly Scan[], given: readonly Suppression[] = suppressions): Verdict {
  const unexplained = new Map<string, Finding & { shapes: string[] }>();
  const met = new Set<Suppression>();
  for (const { failed, shape } of scans) {
    for (const finding of failed) {
      const suppression = given.find((one) => covers(one, finding));
      if (suppression) {
        met.add(suppression);
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
    unneeded: given.filter((suppression) => !met.has(suppression)),
  };
}

/** One line for somebody who has to act. */
export const describeUnexplained = ({ check, stack, address, shapes, wants }: Verdict["unexplained"][number]) =>
  `${check} ${stack} ${address} (${shapes.join(", ")}): ${wants}`;

export const describeUnneeded = ({ check, stack, address }: Suppression) =>
  `${check} ${stack} ${address}: explains nothing in any shape; if that stays so, take it out of environments/suppressions.ts and lower CEILING`;
