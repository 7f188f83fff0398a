import { Command } from "commander";
import { cdktf, MORE, STACK } from "../deploy/cdktf";
import { findStack, refuseMarkers, subscriptionOf, synthesize } from "../program/stacks";
import { run } from "./run";

export const diffCommand = (): Command =>
  new Command("diff")
    .description("Shows what a deployment would change.")
    .argument("<stack>", STACK)
    .argument("[cdktf...]", MORE)
    .action((stack: string, more: string[]) => run(() => diff(stack, more)));

/** `mmrv diff`. */
async function diff(name: string, more: readonly string[]): Promise<number> {
  const stack = findStack(synthesize(), name);
  refuseMarkers(stack);
  subscriptionOf(stack);
  return cdktf(["diff", name, ...more]);
}
