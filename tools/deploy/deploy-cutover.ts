import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { leftOtherwise, refuseMoreThanImports, refuseMovedByHand, refuseStaleWeights } from "../cutover/guard";
import { complain, say } from "../output";
import type { SynthesizedStack } from "../program/stacks";
import { commandLine } from "../shell";
import { Terraform } from "../terraform/terraform";
import { AUTO_APPROVE, folderOf, readable, refuseUnasked, terraformOf } from "./cdktf";
import { guardPlan } from "./plan-guard";
import { makePlan } from "./terraform-plan";

/** A stack that moves users, as far as its deployment looks at it. */
type CutoverStack = Pick<SynthesizedStack, "id" | "settings">;

interface CutoverOptions {
  readonly autoApprove?: boolean;
  readonly dryRun?: boolean;
  /** Options for cdktf, which has no part in this. */
  readonly more: readonly string[];
  /** The day that approvals are evaluated for, as YYYY-MM-DD. */
  readonly on: string;
}

/** What a deployment asks of others. */
interface Asked {
  readonly terraform: Pick<Terraform, "init" | "streamed" | "text">;
  /** Whether the person at the terminal wants the plan that was shown. */
  readonly isAgreed: () => Promise<boolean>;
  /** Throws when Route 53 has other weights than the plan was made from. */
  readonly refuseStale: (stack: CutoverStack, json: string) => Promise<void>;
}

/**
 * Deploys a stack that moves users. cdktf would plan anew, and apply what nobody has checked; so Terraform applies the very
 * plan that was checked, right after Route 53 was asked whether it still has the weights that the plan was made from.
 * @returns 1 when the person says no, and when Route 53 has something else than the file afterwards
 * @throws UserError for options of cdktf, where nobody can be asked, and for a plan that must not be applied
 */
export async function deployCutover(
  stack: CutoverStack,
  environment: Environment,
  { autoApprove, dryRun, more, on }: CutoverOptions,
  asked: Partial<Asked> = {},
): Promise<number> {
  const { id } = stack;
  const { isAgreed = isAnsweredYes, refuseStale = refuseStaleWeights, terraform = terraformOf(id) } = asked;
  if (more.length > 0)
    throw new UserError(
      `${id}: it takes no options for cdktf (${more.join(" ")}): Terraform itself applies the plan that was checked; nothing was touched\n  next: npx mmrv deploy ${id}, where ${AUTO_APPROVE} goes on without a question`,
    );
  if (dryRun) {
    for (const args of [["plan", "-input=false", "-out=FILE"], applyOf("FILE")])
      say(`would run: ${commandLine("terraform", `-chdir=${folderOf(id)}`, ...args)}`);
    return 0;
  }
  refuseUnasked(`deploy ${id}`, autoApprove ? [AUTO_APPROVE] : []);
  await Terraform.require();
  await readable(id, terraform);
  const folder = await mkdtemp(join(tmpdir(), "mmrv-cutover-"));
  try {
    const file = join(folder, "plan");
    const { changes, json } = await makePlan(terraform, { file, readOnly: false, streamed: true });
    if (!changes) {
      say(`${id}: no changes`);
      return 0;
    }
    refuseMoreThanImports(stack, json);
    refuseMovedByHand(stack, json);
    if (guardPlan(json, { what: `the plan of ${id}`, stack: id, on }) !== 0)
      throw new UserError(`${id}: the plan guard refuses this plan, nothing was touched`);
    if (!autoApprove && !(await isAgreed())) {
      complain(`${id}: not deployed, nothing was touched`);
      return 1;
    }
    // Last of all: a person may think about the question for an hour.
    await refuseStale(stack, json);
    const exitCode = await terraform.streamed(applyOf(file));
    if (exitCode === 0) return await sayWhatIsLeft(stack);
    for (const line of adviceOnCutover(id, environment)) complain(line);
    return exitCode;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const applyOf = (file: string): string[] => ["apply", "-input=false", file];

async function isAnsweredYes(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Whoever ends the input, or interrupts, has not said yes.
  const ended = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  const given = await Promise.race([terminal.question("Apply this plan? Type yes or no: "), ended]);
  terminal.close();
  return given.trim() === "yes";
}

/** Says what Route 53 has otherwise than the cutover after a deployment; 1 when there is anything. */
export async function sayWhatIsLeft(stack: CutoverStack): Promise<number> {
  const lines = await leftOtherwise(stack);
  if (lines.length === 0) return 0;
  complain(`${stack.id}: deployed, and Route 53 has something else than the file says`);
  for (const line of lines) complain(`  ${line}`);
  complain(`  next: docs/cutover.md, "When a deployment did not do what it said"`);
  return 1;
}

/** What a person does next when an apply of the stack that moves users has failed. */
export const adviceOnCutover = (id: string, { name }: Pick<Environment, "name">): string[] => [
  "",
  `${id} was not deployed to its end. If Terraform says`,
  `  that a record already exists, or a non-weighted set: a conversion to weights failed; the two commands in docs/cutover.md, "When a deployment did not do what it said"`,
  "  AccessDenied: whoever is logged in may not change these records; take the role of aws.cutover, docs/cutover.md",
  `Some records may have changed, and some not: npx mmrv cutover status ${name} says which. npx mmrv cutover back ${name} --now works all the same.`,
];
