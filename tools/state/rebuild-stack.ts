import { cp, mkdir, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../model/user-error";
import { ARM, type Ask, askerOf } from "../azure/ask";
import { folderOf, readable, terraformOf } from "../deploy/cdktf";
import { releasedElsewhere } from "../deploy/held-release";
import { complain, say, sayAll } from "../output";
import { findStack, refuseMarkers, subscriptionOf, synthesize } from "../program/stacks";
import { table } from "../table";
import { Terraform } from "../terraform/terraform";
import { type Found, findMissing, importFound, type Place, planAfterwards } from "./rebuild/rebuild";

interface RebuildStackOptions {
  readonly dryRun?: boolean;
}

/**
 * `mmrv state rebuild`: makes the state of a stack anew from what is in Azure, in one plan of imports; what the state has
 * already stays. Nothing in Azure is touched.
 * @returns 1 when something is not there, or the next deployment would make, delete or replace something
 * @throws UserError for an unknown stack, open markers, and when Terraform or Azure fails
 */
export async function rebuildStack(
  name: string,
  { dryRun = false }: RebuildStackOptions,
  ask: Ask = askerOf(ARM),
): Promise<number> {
  await Terraform.require();
  const stack = findStack(synthesize(), name);
  refuseMarkers(stack);
  const subscription = subscriptionOf(stack);
  const whose = releasedElsewhere(stack);
  if (whose !== undefined) say(`${name}: ${whose}, so it is not looked for`);
  await readable(name, terraformOf(name));
  const place = await copyOf(name);
  try {
    const found = await findMissing(stack, place, { subscription, ask, tell: say });
    const rows = [
      ...found.blocks,
      ...found.oneByOne,
      ...found.unimportable.map(({ address, id }): readonly [string, string] => [address, id]),
    ];
    if (rows.length === 0) {
      say(`${name}: nothing that is in Azure is missing from the state`);
      return tellAbsent(name, found);
    }
    if (dryRun) {
      sayAll(table(["missing from the state", "id"], rows));
      return tellAbsent(name, found);
    }
    const gone = await importFound(stack, place, found);
    say(`${name}: ${rows.length - gone.length} resources are in the state again; nothing in Azure was touched`);
    const absent = [...found.absent, ...gone];
    return await tellAfterwards(name, { ...found, absent }, await planAfterwards(stack, place));
  } finally {
    await rm(place.folder, { recursive: true, force: true });
  }
}

/**
 * A copy of a synthesized stack to work in: what is laid beside the program for an import must not be there for the next
 * deployment, whoever dies meanwhile. It is as deep as the stack, because paths of local states are relative.
 */
async function copyOf(name: string): Promise<Place> {
  const from = folderOf(name);
  const folder = join("cdktf.out", "rebuild", name);
  if (basename(dirname(dirname(from))) !== "cdktf.out") throw new UserError(`${name}: ${from} is not where a stack is`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(from, folder, { recursive: true, filter: (path) => basename(path) !== ".terraform" });
  // Providers are large, and what the backend is stands beside them.
  await symlink(resolve(from, ".terraform"), join(folder, ".terraform"), "dir");
  return { folder, terraform: new Terraform(folder, process.env as Record<string, string>) };
}

function tellAbsent(name: string, { absent }: Found): number {
  for (const address of absent) complain(`${address}: it is not in Azure; the next deployment makes it`);
  if (absent.length > 0) say(`next: npx mmrv diff ${name}`);
  return absent.length > 0 ? 1 : 0;
}

function tellAfterwards(
  name: string,
  { absent }: Found,
  { leftovers, unexpected }: Awaited<ReturnType<typeof planAfterwards>>,
): number {
  for (const line of leftovers) say(`changes in place, as after every import: ${line}`);
  const made = new Set(absent.map((address) => `create ${address}`));
  for (const address of absent) complain(`${address}: it is not in Azure; the next deployment makes it`);
  for (const line of unexpected.filter((one) => !made.has(one))) complain(`the next deployment would ${line}`);
  say(`next: npx mmrv diff ${name}${leftovers.length > 0 ? `, then npx mmrv deploy ${name}` : ""}`);
  return absent.length + unexpected.length > 0 ? 1 : 0;
}
