import { z } from "zod";

const day = z.iso.date("must be a day such as 2026-12-01");
const DAY = 86_400_000;

/** How long an approval may last, in days: long enough for a weekend's work, too short to be forgotten. */
const LONGEST_DAYS = 14;

/** Leave to delete or replace one protected resource of one stack. A reviewer merges it; the plan guard reads it. */
export const approvalSchema = z
  .strictObject({
    /** The stack, because staging and production have the same addresses. */
    stack: z.string().min(1),
    /** The Terraform address, as the plan names it. */
    address: z.string().min(1),
    /** The first and the last day on which it counts. */
    from: day,
    until: day,
    reason: z.string().min(1),
  })
  .refine(({ from, until }) => from <= until && Date.parse(until) - Date.parse(from) <= LONGEST_DAYS * DAY, {
    path: ["until"],
    error: `must be at most ${LONGEST_DAYS} days after from (an approval is not for ever)`,
  });

export type DeletionApproval = z.infer<typeof approvalSchema>;
