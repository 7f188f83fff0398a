import { readFile } from "node:fs/promises";
import { z } from "zod";
import { PROTECTED_TYPES } from "../../constructs/support/deletion-guard";
import { approvals } from "../../environments/all";
import { approvalSchema, type DeletionApproval } from "../../model/approval";
import { printable } from "../../model/printable";
import { refuseMalformed } from "../../model/registers";
import { UserError } from "../../model/user-error";
import { answer, complain, say } from "../output";
import { parseJson } from "../parse-json";
import { quoted } from "../shell";
import { expectedForgets } from "./expected-forgets";

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

/** For which stack and which day a plan is evaluated; without a stack no approval counts. */
export interface Occasion {
  readonly stack?: string;
  /** As YYYY-MM-DD. */
  readonly on: string;
}

/** Something protected that would be deleted, replaced, or known to Terraform no longer. */
interface Loss {
  readonly action: "delete" | "replace" | "forget";
  readonly address: string;
}

export interface Verdict {
  readonly refused: readonly Loss[];
  /** With the last day of the approval, and its reason. */
  readonly approved: readonly (Loss & Pick<DeletionApproval, "reason" | "until">)[];
}

/**
 * Every loss of a protected resource, and whether an approval covers it.
 * @param given the approvals
 * @param expected the addresses that the stack may forget
 */
export function evaluate(
  plan: Plan,
  { stack, on }: Occasion,
  given: readonly DeletionApproval[] = approvals,
  expected: readonly string[] = stack === undefined ? [] : expectedForgets(stack),
): Verdict {
  const losses = plan.resource_changes
    .filter(({ type }) => PROTECTED_TYPES.includes(type))
    .flatMap(({ address, change }) => {
      const action = lossBy(change.actions);
      return action === undefined || (action === "forget" && expected.includes(address)) ? [] : [{ action, address }];
    })
    .map(({ action, address }) => {
      const approval = given.find(
        (candidate) =>
          candidate.stack === stack && candidate.address === address && candidate.from <= on && on <= candidate.until,
      );
      return { action, address, approval };
    });
  return {
    refused: losses.flatMap(({ approval, ...loss }) => (approval ? [] : [loss])),
    approved: losses.flatMap(({ approval, ...loss }) =>
      approval ? [{ ...loss, until: approval.until, reason: approval.reason }] : [],
    ),
  };
}

function lossBy(actions: readonly string[]): Loss["action"] | undefined {
  if (actions.includes("delete")) return actions.includes("create") ? "replace" : "delete";
  return actions.includes("forget") ? "forget" : undefined;
}

/**
 * `plan-guard PLAN.json`: exit 1 when the plan loses a protected resource without an approval.
 * @throws UserError for a file that is not a whole plan, a day that is none, or an approval that is malformed
 */
export async function planGuard(
  file: string,
  { json = false, ...occasion }: Occasion & { readonly json?: boolean },
): Promise<number> {
  const advice = `; make it with: terraform show -json PLAN > ${quoted(file)}`;
  const text = await readFile(file, "utf8").catch(() => {
    throw new UserError(`${file}: cannot be read${advice}`);
  });
  const verdict = verdictOn(text, { ...occasion, what: file, advice });
  answer(json, { plan: file, stack: occasion.stack ?? null, on: occasion.on, ...verdict }, () =>
    sayVerdict(verdict, { ...occasion, what: file }),
  );
  return verdict.refused.length > 0 ? 1 : 0;
}

/** What is evaluated, as a user knows it. */
interface Evaluated extends Occasion {
  readonly what: string;
}

/**
 * Says what a plan would lose; 1 when something of it is not approved.
 * @param text what `terraform show -json PLAN` wrote
 * @throws UserError for what is not a whole plan, a day that is none, or an approval that is malformed
 */
export function guardPlan(text: string, evaluated: Evaluated): number {
  const verdict = verdictOn(text, evaluated);
  sayVerdict(verdict, evaluated);
  return verdict.refused.length > 0 ? 1 : 0;
}

function verdictOn(text: string, { advice, what, ...occasion }: Evaluated & { readonly advice?: string }): Verdict {
  refuseBadOccasion(occasion);
  return evaluate(parsePlan(text, what, advice), occasion);
}

function sayVerdict({ approved, refused }: Verdict, { on, stack = "its stack (say --stack)", what }: Evaluated): void {
  for (const { action, address, reason, until } of approved)
    say(`${action} ${printable(address)}: approved until ${until} (${printable(reason)})`);
  for (const { action, address } of refused)
    complain(
      `${action} ${printable(address)}: must have an approval for ${stack} on ${on} in environments/approvals.ts (${WHY[action]})`,
    );
  if (refused.length === 0) say(`${what}: no protected resource is deleted, replaced or forgotten without approval`);
}

const LOST = "it loses data, addresses or trust";
const WHY: Readonly<Record<Loss["action"], string>> = {
  delete: LOST,
  replace: LOST,
  forget: "it stays, and Terraform would know it no longer: neither a handover nor a cutover gives it up now",
};

function refuseBadOccasion({ on }: Occasion): void {
  if (!z.iso.date().safeParse(on).success) throw new UserError(`--on ${on}: must be a day such as 2026-12-01`);
  refuseMalformed("environments/approvals.ts", approvalSchema, approvals);
}

/** @throws UserError when the text is not a whole plan */
export function parsePlan(text: string, what: string, advice = ""): Plan {
  const plan = planSchema.safeParse(parseJson(text));
  if (!plan.success) throw new UserError(`${what}: is not a plan as JSON${advice}`);
  if (plan.data.errored) throw new UserError(`${what}: is a plan that failed, and so is not whole; plan again`);
  return plan.data;
}
