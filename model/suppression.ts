import { z } from "zod";

const DAY = 86_400_000;

/** How long a suppression may last after a review, in days. */
const LONGEST_DAYS = 365;

/** What a suppression of a stack and one of a chart have in common. */
export const grounds = {
  /** For somebody who reviews security and does not know this program. */
  reason: z.string().regex(/^[A-Z][^\n]{30,}[^.]\.$/, "must be one plain sentence"),
  /** The last day on which it counts. */
  expires: z.iso.date("must be a day such as 2027-05-31"),
};

/**
 * One finding of checkov that we live with. A reviewer merges it; `npx mmrv security` reads it.
 * @param reviewedOn the day of the last review of the list, as YYYY-MM-DD
 */
export const suppressionSchema = (reviewedOn: string) =>
  z
    .strictObject({
      check: z.string().regex(/^CKV2?_[A-Z]+_\d+$/, "must be a check of checkov such as CKV_AZURE_117"),
      /** The stack, because environments have the same addresses; `*-infra` is that of every environment. */
      stack: z.string().regex(/^(\*-)?[a-z][a-z0-9-]*$/, "must be a stack, or *- and a kind of stack such as *-infra"),
      /** The Terraform address, as synthesized; a `*` in it stands for any name. */
      address: z.string().regex(/^(data\.)?\w+\.[\w*-]+$/, "must be a Terraform address"),
      ...grounds,
    })
    .refine(({ expires }) => Date.parse(expires) - Date.parse(reviewedOn) <= LONGEST_DAYS * DAY, {
      path: ["expires"],
      error: `must be at most ${LONGEST_DAYS} days after the last review, ${reviewedOn}`,
    });

export type Suppression = z.infer<ReturnType<typeof suppressionSchema>>;

/** Why a check is suppressed, until when, and where. */
interface Grounds {
  readonly reason: string;
  readonly expires: string;
  /** The stacks, each with the same addresses. */
  readonly in: readonly string[];
  readonly at: readonly string[];
}

/** One decision: a check that is suppressed for one reason. */
export const suppress = (check: string, { at, expires, in: stacks, reason }: Grounds): Suppression[] =>
  stacks.flatMap((stack) => at.map((address) => ({ check, stack, address, reason, expires })));

/** How many decisions a list holds: another environment that shares them adds none. */
export const decisionsIn = (suppressions: readonly Suppression[]): number =>
  new Set(suppressions.map(({ check, reason }) => `${check} ${reason}`)).size;

/** Whether a suppression is about a finding. */
export const covers = (
  suppression: Pick<Suppression, "check" | "stack" | "address">,
  finding: Pick<Suppression, "check" | "stack" | "address">,
): boolean =>
  suppression.check === finding.check &&
  matches(suppression.stack, finding.stack) &&
  matches(suppression.address, finding.address);

/** Whether a name fits a pattern in which `*` stands for anything. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.\\^$+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
