import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { UserError } from "../../model/user-error";
import { folderOf } from "../deploy/cdktf";
import { type At, openStack } from "../deploy/open-stack";
import { noteOf } from "../deploy/plan-stack";
import { summaryOf } from "../deploy/plan-summary";
import { refuseLocalState } from "../deploy/refuse-local-state";
import { show } from "../deploy/terraform-plan";
import { complain, say } from "../output";
import { findStack, type StackInfo, synthesizeAll } from "../program/stacks";
import { adviceAfterFailure } from "./deploy";
import { guardPlan } from "./plan-guard";
import { run } from "./run";
import { today } from "./today";

export const applyCommand = (): Command =>
  new Command("apply")
    .description("Applies exactly the plan that plan --out kept, if the plan guard lets it.")
    .argument("<stack>", "the stack, such as staging-infra")
    .argument("<planfile>", "what plan --out wrote")
    .option("--dry-run", "judge the plan, say what it changes, and stop")
    .action((stack: string, file: string, { dryRun }: { dryRun?: boolean }) =>
      run(async () => {
        const found = findStack(synthesizeAll(), stack);
        refuseLocalState(found);
        return applyPlan(found, folderOf(stack), { file, dryRun, on: today() });
      }),
    );

/**
 * Terraform writes to the state that the plan was made from, whichever folder it is started in.
 * @throws UserError for a plan of another stack, and for one that `plan` did not keep
 */
async function refuseOther(id: string, plan: string): Promise<void> {
  const of = (await readFile(noteOf(plan), "utf8").catch(() => "")).trim();
  if (of === id) return;
  const what = of === "" ? "was not kept by mmrv plan, so nobody knows its stack" : `is a plan of ${of}, not of ${id}`;
  throw new UserError(`${plan} ${what}; nothing was touched\n  next: npx mmrv plan ${id} --out FILE`);
}

interface ApplyOptions {
  readonly file: string;
  /** The day that approvals are judged for, as YYYY-MM-DD. */
  readonly on: string;
  readonly at?: At;
  readonly dryRun?: boolean;
}

/**
 * Applies a kept plan of a stack that is synthesized in a folder; on failure it says what to do next.
 * @throws UserError without such a plan, or when Terraform cannot read it
 */
export async function applyPlan(
  stack: StackInfo,
  folder: string,
  { at, dryRun, file, on }: ApplyOptions,
): Promise<number> {
  const { id } = stack;
  if (!existsSync(file))
    throw new UserError(`${file}: there is no such plan\n  next: npx mmrv plan ${id} --out ${file}`);
  const plan = resolve(file);
  await refuseOther(id, plan);
  const { terraform } = await openStack(id, folder, { at });
  const json = await show(terraform, "json", plan);
  if (guardPlan(json, { what: `the plan of ${id}`, stack: id, on }) !== 0) {
    complain(`${id}: the plan guard refuses this plan, nothing was touched`);
    return 1;
  }
  if (dryRun) {
    say(`${id}: would apply ${file}: ${summaryOf(json)}`);
    return 0;
  }
  const exitCode = await terraform.streamed(["apply", "-input=false", plan]);
  if (exitCode === 0) return 0;
  for (const line of await adviceAfterFailure(stack)) complain(line);
  complain(`If it says that the saved plan is stale: somebody changed the state since; plan ${id} again`);
  return exitCode;
}
