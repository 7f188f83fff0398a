import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "../../model/user-error";
import type { AskFlux } from "../azure/flux-state";
import { refuseMoreThanImports, refuseMovedByHand, refuseStaleWeights } from "../cutover/guard";
import { complain, complainAll, say } from "../output";
import type { SynthesizedStack } from "../program/stacks";
import { quoted } from "../shell";
import { askBeforeMigration } from "./before-migration";
import { sayWhatIsLeft } from "./deploy-cutover";
import { adviceAfterFailure } from "./deploy-stack";
import { refuseFluxAtWork } from "./flux-at-work";
import { refuseHeldRelease, whoDelivers } from "./held-release";
import { whyHopeless } from "./hopeless-changes";
import { type At, openStack } from "./open-stack";
import { guardPlan } from "./plan-guard";
import { noteOf } from "./plan-stack";
import { summaryOf } from "./plan-summary";
import { show } from "./terraform-plan";

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
  /** The day that approvals are evaluated for, as YYYY-MM-DD. */
  readonly on: string;
  readonly at?: At;
  /** @default Azure, with whatever login is there */
  readonly askFlux?: AskFlux;
  readonly dryRun?: boolean;
}

/**
 * Applies a kept plan of a stack that is synthesized in a folder; on failure it says what to do next.
 * @throws UserError without such a plan, when Terraform cannot read it, for a release that Flux shall deliver and the state has, and for one
 * that Terraform shall deliver and Flux still does
 */
export async function applyPlan(
  stack: SynthesizedStack,
  folder: string,
  { askFlux, at, dryRun, file, on }: ApplyOptions,
): Promise<number> {
  const { id } = stack;
  if (!existsSync(file))
    throw new UserError(`${file}: there is no such plan\n  next: npx mmrv plan ${id} --out ${quoted(file)}`);
  const plan = resolve(file);
  await refuseOther(id, plan);
  for (const line of whoDelivers(stack)) say(line);
  const { terraform } = await openStack(id, folder, { at });
  await refuseHeldRelease(stack, () => terraform);
  await refuseFluxAtWork(stack, { ask: askFlux, of: () => terraform });
  const json = await show(terraform, "json", plan);
  const hopeless = whyHopeless(id, json);
  if (hopeless !== undefined) {
    complainAll(hopeless);
    return 1;
  }
  if (guardPlan(json, { what: `the plan of ${id}`, stack: id, on }) !== 0) {
    complain(`${id}: the plan guard refuses this plan, nothing was touched`);
    return 1;
  }
  refuseMoreThanImports(stack, json);
  refuseMovedByHand(stack, json);
  await refuseStaleWeights(stack, json);
  if (dryRun) {
    say(`${id}: would apply ${file}: ${summaryOf(json)}`);
    return 0;
  }
  await askBeforeMigration(id, json, folder);
  const exitCode = await terraform.streamed(["apply", "-input=false", plan]);
  if (exitCode === 0) return sayWhatIsLeft(stack);
  for (const line of await adviceAfterFailure(stack)) complain(line);
  complain(`If it says that the saved plan is stale: somebody changed the state since; plan ${id} again`);
  return exitCode;
}
