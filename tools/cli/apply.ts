import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { UserError } from "../../environments/user-error";
import { type At, openStack } from "../pipeline/open-stack";
import { noteOf } from "../pipeline/plan-stack";
import { refuseLocalState } from "../pipeline/refuse-local-state";
import { show } from "../pipeline/stack-plan";
import { adviceAfterFailure, folderOf } from "./cdktf";
import { guardPlan } from "./plan-guard";
import { findStack, type StackInfo, synthesizeAll } from "./program";
import { run } from "./run";
import { today } from "./today";

export const applyCommand = (): Command =>
  new Command("apply")
    .description("Applies exactly the plan that plan --out kept, if the plan guard lets it.")
    .argument("<stack>", "the stack, such as staging-infra")
    .argument("<planfile>", "what plan --out wrote")
    .action((stack: string, file: string) =>
      run(async () => {
        const found = findStack(synthesizeAll(), stack);
        refuseLocalState(found);
        return applyPlan(found, folderOf(stack), { file, on: today() });
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

/**
 * Applies a kept plan of a stack that is synthesized in a folder; on failure it says what to do next.
 * @throws UserError without such a plan, or when Terraform cannot read it
 */
export async function applyPlan(
  stack: StackInfo,
  folder: string,
  { at, file, on }: { readonly file: string; readonly on: string; readonly at?: At },
): Promise<number> {
  const { id } = stack;
  if (!existsSync(file))
    throw new UserError(`${file}: there is no such plan\n  next: npx mmrv plan ${id} --out ${file}`);
  const plan = resolve(file);
  await refuseOther(id, plan);
  const { terraform } = await openStack(id, folder, { at });
  if (guardPlan(await show(terraform, "json", plan), { what: `the plan of ${id}`, stack: id, on }) !== 0) {
    console.error(`${id}: the plan guard refuses this plan, nothing was touched`);
    return 1;
  }
  const exitCode = await terraform.streamed(["apply", "-input=false", plan]);
  if (exitCode === 0) return 0;
  console.error(
    [
      ...(await adviceAfterFailure(stack)),
      `If it says that the saved plan is stale: somebody changed the state since; plan ${id} again`,
    ].join("\n"),
  );
  return exitCode;
}
