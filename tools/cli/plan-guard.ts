import { readFile } from "node:fs/promises";
import { z } from "zod";
import { PROTECTED_TYPES } from "../../constructs/support/deletion-guard";
import { approvals, type DeletionApproval } from "../../environments/approvals";
import { UserError } from "../../environments/user-error";

/** What is read of `terraform show -json PLAN`: developer.hashicorp.com/terraform/internals/json-format. */
const planSchema = z.object({
  format_version: z.string(),
  resource_changes: z
    .array(z.object({ address: z.string(), type: z.string(), change: z.object({ actions: z.array(z.string()) }) }))
    .default([]),
});

export interface Verdict {
  readonly refused: readonly string[];
  readonly approved: readonly string[];
}

/** Every deletion or replacement of a protected resource, and whether an approval covers it on that day. */
export function judge(
  plan: z.infer<typeof planSchema>,
  on: string,
  given: readonly DeletionApproval[] = approvals,
): Verdict {
  const refused: string[] = [];
  const approved: string[] = [];
  for (const { address, type, change } of plan.resource_changes) {
    if (!PROTECTED_TYPES.includes(type) || !change.actions.includes("delete")) continue;
    const verb = change.actions.includes("create") ? "replace" : "delete";
    const approval = given.find(
      (candidate) => candidate.address === address && candidate.from <= on && on <= candidate.until,
    );
    if (approval) approved.push(`${verb} ${address}: approved until ${approval.until} (${approval.reason})`);
    else
      refused.push(
        `${verb} ${address}: must have an approval for ${on} in environments/approvals.ts (it loses data, addresses or trust)`,
      );
  }
  return { refused, approved };
}

/**
 * `plan-guard PLAN.json`: exit 1 when the plan deletes or replaces a protected resource without an approval.
 * @throws UserError for a file that is not such a plan
 */
export async function planGuard(file: string, on: string): Promise<number> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new UserError(`${file}: cannot be read; make it with: terraform show -json PLAN > ${file}`);
  });
  const { refused, approved } = judge(parsePlan(file, text), on);
  for (const line of approved) console.log(line);
  for (const line of refused) console.error(line);
  if (refused.length === 0) console.log(`${file}: no protected resource is deleted or replaced without approval`);
  return refused.length > 0 ? 1 : 0;
}

function parsePlan(file: string, text: string): z.infer<typeof planSchema> {
  const advice = `${file}: is not a plan as JSON; make it with: terraform show -json PLAN > ${file}`;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new UserError(advice);
  }
  const plan = planSchema.safeParse(content);
  if (!plan.success) throw new UserError(advice);
  return plan.data;
}
