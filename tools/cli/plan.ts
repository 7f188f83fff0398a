import { Command } from "commander";
import { folderOf } from "../deploy/cdktf";
import { planStack } from "../deploy/plan-stack";
import { refuseLocalState } from "../deploy/refuse-local-state";
import { proveTrust, UNPROTECTED } from "../deploy/trust";
import { findStack, refuseMarkers, subscriptionOf, synthesize } from "../program/stacks";
import { run } from "./run";
import { today } from "./today";
import { typedPath } from "./typed-path";

interface Options {
  readonly expect?: string;
  readonly out?: string;
  readonly readOnly?: boolean;
  readonly text?: string;
  readonly unprotectedBecause?: string;
}

export const planCommand = (): Command =>
  new Command("plan")
    .description(
      "Plans one stack as a pipeline does: exit 0 without changes, 2 with changes, 1 when it fails or the plan guard refuses it.",
    )
    .argument("<stack>", "the stack, such as staging-infra")
    .option(
      "--out <file>",
      "keep the plan for apply; it holds secret values, so it never leaves the machine",
      typedPath,
    )
    .option("--text <file>", "write what Terraform shows of the plan, secrets masked", typedPath)
    .option("--expect <sha256>", "exit 1 when the plan's text is not the one that was approved")
    .option("--read-only", "for an identity that may read the state, and not lock or write it")
    .option(...UNPROTECTED)
    .action((stack: string, options: Options) => run(() => plan(stack, options)));

/** `mmrv plan`. @throws UserError for what `deploy` refuses too, and for a local state in a pipeline */
async function plan(name: string, options: Options): Promise<number> {
  const stack = findStack(synthesize(), name);
  refuseMarkers(stack);
  subscriptionOf(stack);
  refuseLocalState(stack);
  const notices = await proveTrust(stack, options);
  return planStack(stack, folderOf(name), { ...options, notices, on: today() });
}
