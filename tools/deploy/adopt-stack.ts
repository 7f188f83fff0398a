import { complain, say, sayAll } from "../output";
import { findStack, refuseMarkers, subscriptionOf, synthesize } from "../program/stacks";
import { table } from "../table";
import { adopt, missingFromState } from "./adopt";
import { readable, terraformOf } from "./cdktf";
import { refuseActiveRelease } from "./flux-at-work";
import { releasedElsewhere } from "./held-release";
import { NOT_COMPUTABLE } from "./resource-ids";
import { unfinishedOf } from "./unfinished";

/** `mmrv adopt`: exit 1 when something that exists could not be taken over, or is none that Azure finished. */
export async function adoptStack(name: string, dryRun: boolean): Promise<number> {
  const stack = findStack(synthesize(), name);
  refuseMarkers(stack);
  const subscription = subscriptionOf(stack);
  const whose = releasedElsewhere(stack);
  if (whose !== undefined)
    say(`${name}: ${whose}, so it is not looked for: npx mmrv handover back is the way to Terraform`);
  await refuseActiveRelease(stack);
  const { json } = stack;
  const terraform = terraformOf(name);
  await readable(name, terraform);
  const missing = await missingFromState(terraform, json, subscription);
  for (const type of Object.keys(json.resource ?? {}).filter((type) => type in NOT_COMPUTABLE))
    say(`${type}: not looked for; ${NOT_COMPUTABLE[type]}`);
  if (missing.length === 0) say(`${name}: nothing is missing from the state`);
  if (dryRun && missing.length > 0) sayAll(table(["missing from the state", "id in Azure"], missing));
  if (dryRun) return 0;
  let failed = 0;
  for await (const { address, result } of adopt(terraform, missing)) {
    say(`${address}: ${typeof result === "string" ? result : result.failed}`);
    if (typeof result !== "string") failed += 1;
  }
  const { unfinished, unknown } = await unfinishedOf(stack, subscription);
  for (const line of unfinished) complain(line);
  if (unknown !== undefined) complain(`whether Azure finished what is there was not asked: ${unknown}`);
  if (missing.length > 0) say(`next: npx mmrv diff ${name}`);
  return failed + unfinished.length > 0 ? 1 : 0;
}
