import { readFile } from "node:fs/promises";
import { z } from "zod";
import { PROTECTED_TYPES } from "../../constructs/support/deletion-guard";
import { approvals } from "../../environments/all";
import { approvalSchema, type DeletionApproval } from "../../environments/approval";
import { UserError } from "../../environments/user-error";
import { parseJson } from "../parse-json";

/** What is read of `terraform show -json PLAN`: developer.hashicorp.com/terraform/internals/json-format. */
const planSchema = z.object({
  format_version: z.string(),
  // A state as JSON has neither; without them nothing would be found, and nothing refused.
  planned_values: z.object({}),
  configuration: z.object({}),
  errored: z.boolean().default(false),
  resource_changes: z
    .array(z.object({ address: z.string(), type: z.string(), change: z.object({ actions: z.array(z.string()) }) }))
    .default([]),
});

export type Plan = z.infer<typeof planSchema>;

/** For which stack and which day a plan is judged; without a stack no approval counts. */
export interface Occasion {
  readonly stack?: string;
  /** As YYYY-MM-DD. */
  readonly on: string;
}

export interface Verdict {
  readonly refused: readonly string[];
  readonly approved: readonly string[];
}

/** Every deletion or replacement of a protected resource, and whether an approval covers it. */
export function judge(plan: Plan, { stack, on }: Occasion, given: readonly DeletionApproval[] = approvals): Verdict {
  const refused: string[] = [];
  const approved: string[] = [];
  for (const { address, type, change } of plan.resource_changes) {
    if (!PROTECTED_TYPES.includes(type) || !change.actions.includes("delete")) continue;
    const verb = change.actions.includes("create") ? "replace" : "delete";
    const approval = given.find(
      (candidate) =>
        candidate.stack === stack && candidate.address === address && candidate.from <= on && on <= candidate.until,
    );
    if (approval) approved.push(`${verb} ${address}: approved until ${approval.until} (${approval.reason})`);
    else {
      refused.push(
        `${verb} ${address}: must have an approval for ${stack ?? "its stack (say --stack)"} on ${on} in environments/approvals.ts (it loses data, addresses or trust)`,
      );
    }
  }
  return { refused, approved };
}

/**
 * `plan-guard PLAN.json`: exit 1 when the plan deletes or replaces a protected resource without an approval.
 * @throws UserError for a file that is not a whole plan, a day that is none, or an approval that is malformed
 */
export async function planGuard(file: string, occasion: Occasion): Promise<number> {
  const advice = `; make it with: terraform show -json PLAN > ${file}`;
  const text = await readFile(file, "utf8").catch(() => {
    throw new UserError(`${file}: cannot be read${advice}`);
  });
  return guardPlan(text, { ...occasion, what: file, advice });
}

/**
 * Says what a plan would lose; 1 when something of it is not approved.
 * @param text what `terraform show -json PLAN` wrote
 * @throws UserError for what is not a whole plan, a day that is none, or an approval that is malformed
 */
export function guardPlan(
  text: string,
  { advice = "", what, ...occasion }: Occasion & { readonly advice?: string; readonly what: string },
): number {
  refuseBadOccasion(occasion);
  const { refused, approved } = judge(parsePlan(text, what, advice), occasion);
  for (const line of approved) console.log(line);
  for (const line of refused) console.error(line);
  if (refused.length === 0) console.log(`${what}: no protected resource is deleted or replaced without approval`);
  return refused.length > 0 ? 1 : 0;
}

function refuseBadOccasion({ on }: Occasion): void {
  if (!z.iso.date().safeParse(on).success) throw new UserError(`--on ${on}: must be a day such as 2026-12-01`);
  const faults = z.array(approvalSchema).safeParse(approvals).error?.issues ?? [];
  if (faults.length === 0) return;
  const lines = faults.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new UserError(["environments/approvals.ts: malformed, nothing was judged", ...lines].join("\n"));
}

/** @throws UserError when the text is not a whole plan */
export function parsePlan(text: string, what: string, advice = ""): Plan {
  const plan = planSchema.safeParse(parseJson(text));
  if (!plan.success) throw new UserError(`${what}: is not a plan as JSON${advice}`);
  if (plan.data.errored) throw new UserError(`${what}: is a plan that failed, and so is not whole; plan again`);
  return plan.data;
}
