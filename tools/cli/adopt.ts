import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { adopt, missingFromState } from "../deploy/adopt";
import { readable, STACK, terraformOf } from "../deploy/cdktf";
import { NOT_COMPUTABLE } from "../deploy/resource-ids";
import { say, sayAll } from "../output";
import { findStack, refuseMarkers, subscriptionOf, synthesizeAll } from "../program/stacks";
import { table } from "../table";
import type { StackJson } from "../terraform/stack-json";
import { run } from "./run";

export const adoptCommand = (): Command =>
  new Command("adopt")
    .description("After an interrupted deployment: takes into the state what exists in Azure and is missing there.")
    .argument("<stack>", STACK)
    .option("--dry-run", "list what is missing from the state, with its Azure id, and stop")
    .action((stack: string, { dryRun }: { dryRun?: boolean }) => run(() => adoptStack(stack, dryRun === true)));

/** `mmrv adopt`: exit 1 when something that exists could not be taken over. */
async function adoptStack(name: string, dryRun: boolean): Promise<number> {
  const stack = findStack(synthesizeAll(), name);
  refuseMarkers(stack);
  const subscription = subscriptionOf(stack);
  const json = JSON.parse(await readFile(join("cdktf.out", "stacks", name, "cdk.tf.json"), "utf8")) as StackJson;
  const terraform = terraformOf(name);
  await readable(name, terraform);
  const missing = await missingFromState(terraform, json, subscription);
  for (const type of Object.keys(json.resource ?? {}).filter((type) => type in NOT_COMPUTABLE))
    say(`${type}: not looked for; ${NOT_COMPUTABLE[type]}`);
  if (missing.length === 0) say(`${name}: nothing is missing from the state`);
  if (dryRun || missing.length === 0) {
    if (missing.length > 0) sayAll(table(["missing from the state", "id in Azure"], missing));
    return 0;
  }
  let failed = 0;
  for await (const { address, result } of adopt(terraform, missing)) {
    say(`${address}: ${typeof result === "string" ? result : result.failed}`);
    if (typeof result !== "string") failed += 1;
  }
  say(`next: npx mmrv diff ${name}`);
  return failed > 0 ? 1 : 0;
}
