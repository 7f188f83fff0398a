import { rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "../../model/user-error";
import type { AskFlux } from "../azure/flux-state";
import { refuseMoreThanImports, refuseMovedByHand } from "../cutover/guard";
import { complainAll, say } from "../output";
import type { SynthesizedStack } from "../program/stacks";
import { refuseStaleBudget } from "./budget-start";
import { refuseLostRelease } from "./cdktf";
import { refuseFluxAtWork } from "./flux-at-work";
import { refuseHeldRelease, whoDelivers } from "./held-release";
import { whyHopeless } from "./hopeless-changes";
import { type At, openStack } from "./open-stack";
import { guardPlan } from "./plan-guard";
import { makePlan, type StackPlan } from "./terraform-plan";

export interface PlanStackOptions {
  /** The text that was approved, by its sha256. */
  readonly expect?: string;
  /** The day that approvals are evaluated for, as YYYY-MM-DD. */
  readonly on: string;
  /** Keeps the plan for `apply`. */
  readonly out?: string;
  /** What whoever approves the plan has to know; they stand before Terraform's own text, and are approved with it. */
  readonly notices?: readonly string[];
  /** For an identity that may read states and not write them. */
  readonly readOnly?: boolean;
  /** Writes the plan's text, for a comment. */
  readonly text?: string;
  readonly at?: At;
  /** @default Azure, with whatever login is there */
  readonly askFlux?: AskFlux;
}

/** Beside a kept plan: the stack that it is of. Terraform's own file does not say it. */
export const noteOf = (plan: string): string => `${plan}.stack`;

/**
 * Plans a stack that is synthesized in a folder, streams what Terraform says, and judges it by the plan guard.
 * @returns 0 without changes, 2 with changes, 1 when the guard or `expect` refuses them
 * @throws UserError for options that contradict each other, and when Terraform fails
 */
export async function planStack(
  stack: Pick<SynthesizedStack, "id" | "json" | "missing" | "settings">,
  folder: string,
  options: PlanStackOptions,
): Promise<number> {
  refuseOptions(options);
  const { askFlux, at, expect, notices = [], on, readOnly = false, text } = options;
  const { id } = stack;
  const file = options.out === undefined ? undefined : resolve(options.out);
  for (const reason of stack.missing) say(`${id}: ${reason}`);
  for (const line of [...notices, ...whoDelivers(stack)]) say(line);
  const { terraform, isNew, close } = await openStack(id, folder, { readOnly, at });
  let isGood = false;
  try {
    if (isNew) say(`${id}: its state was never written, so everything is planned as new`);
    await refuseLostRelease(stack, () => terraform);
    await refuseHeldRelease(stack, () => terraform);
    await refuseFluxAtWork(stack, { ask: askFlux, of: () => terraform });
    // What is kept is about to be applied; a plan that is only read may be of a day long before.
    if (file !== undefined) await refuseStaleBudget(stack, on, () => terraform);
    const plan = await makePlan(terraform, { file, notices, readOnly, streamed: true });
    if (text !== undefined) await writeFile(text, plan.text);
    refuseMoreThanImports(stack, plan.json);
    refuseMovedByHand(stack, plan.json);
    const refused = whyUnexpected(id, plan, expect) ?? whyHopeless(id, plan.json) ?? guarded(id, plan, on);
    isGood = refused === undefined;
    if (isGood && file !== undefined) await writeFile(noteOf(file), id);
    if (refused === undefined) say(`${id}: ${plan.changes ? "changes" : "no changes"}, sha256:${plan.sha256}`);
    else complainAll(refused);
    return isGood ? (plan.changes ? 2 : 0) : 1;
  } finally {
    // Neither what was refused nor an older plan is there for the next step to apply.
    if (!isGood && file !== undefined) for (const kept of [file, noteOf(file)]) await rm(kept, { force: true });
    await close();
  }
}

function refuseOptions({ expect, out, readOnly }: PlanStackOptions): void {
  const faults = [
    ...(expect !== undefined && !/^[0-9a-f]{64}$/.test(expect)
      ? [`--expect ${expect}: must be the 64 digits that an earlier plan ended with, after sha256:`]
      : []),
    ...(readOnly && out !== undefined
      ? ["--out with --read-only: a plan of somebody who may not write the state is to be read, not applied"]
      : []),
  ];
  if (faults.length > 0) throw new UserError(faults.join("\n"));
}

function whyUnexpected(id: string, { sha256 }: StackPlan, expected: string | undefined): string | undefined {
  if (expected === undefined || expected === sha256) return undefined;
  return `${id}: the plan is no longer the one that was approved: that was sha256:${expected}, this is sha256:${sha256}; somebody changed Azure or the state in between, nothing was touched\n  next: start again, and read the new plan`;
}

function guarded(id: string, { json }: StackPlan, on: string): string | undefined {
  if (guardPlan(json, { what: `the plan of ${id}`, stack: id, on }) === 0) return undefined;
  return `${id}: the plan guard refuses this plan, nothing was touched`;
}
