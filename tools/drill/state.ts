import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { stackName } from "../../model/naming";
import { UserError } from "../../model/user-error";
import type { Ask } from "../azure/ask";
import { LocalAzure } from "../azure-simulator/server";
import { type SynthesizedStack, synthesize } from "../program/stacks";
import { findProviders } from "../rehearsal/providers";
import { allowProviders, createSandbox, proveItIsUs, REHEARSAL_SUBSCRIPTION } from "../rehearsal/sandbox";
import { seedDatabases } from "../rehearsal/seeds";
import { endOnSignals } from "../rehearsal/signals";
import { StackRun } from "../rehearsal/stack-run";
import { findMissing, importFound, planAfterwards } from "../state/rebuild/rebuild";
import { stateIn } from "../terraform/state-file";
import { Terraform } from "../terraform/terraform";
import type { Ground, LocalDrill, Walked } from "./local-drill";

/** What came of one stack. */
interface Lost {
  readonly stack: string;
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  readonly imported: number;
  readonly put: number;
  readonly leftovers: readonly string[];
}

/** The state of bootstrap and of an environment's infra are lost, and everything in them is found again. */
export const STATE_DRILL: LocalDrill = {
  steps: [
    "apply bootstrap and <environment>-infra to the local Azure, with the real azurerm provider",
    "delete both states, with their backups",
    "import everything, under ids computed from the synthesized program, changing nothing in Azure",
    "plan: nothing may be made, deleted or replaced, and in place only what an import always leaves",
    "apply that, and plan again: no changes",
  ],
  walk,
};

async function walk({ environment, folder, tell }: Ground): Promise<Walked> {
  await Terraform.require();
  endOnSignals();
  const all = synthesize({ outdir: join(folder, "program") });
  const stacks = all.filter(({ id }) => id === "bootstrap" || id === stackName(environment.name, "infra"));
  const azure = await LocalAzure.start();
  const sandbox = await createSandbox(azure);
  try {
    const { mirrors, missing } = await findProviders(sandbox.folder, stacks);
    for (const [source, reason] of missing) throw new UserError(`drill state: ${source} cannot be had: ${reason}`);
    await allowProviders(sandbox, mirrors);
    await proveItIsUs(azure, sandbox);
    azure.arm.registrations.enforced = true;
    seedDatabases(azure.arm, [environment]);
    const lost: Lost[] = [];
    const runs: StackRun[] = [];
    for (const stack of stacks) {
      tell(`${stack.id}: applying`);
      const run = new StackRun(stack, sandbox);
      await run.init();
      await run.apply();
      runs.push(run);
    }
    for (const [index, stack] of stacks.entries()) lost.push(await lose(stack, runs[index] as StackRun, azure, tell));
    return told(lost);
  } finally {
    Terraform.killAll();
    await azure.stop();
    await sandbox.remove();
  }
}

/** Asks the Resource Manager of this process. */
const askOf =
  ({ arm }: LocalAzure): Ask =>
  async ({ url }) => {
    const { body, status } = arm.handle({ method: "GET", url: new URL(url) });
    return { status, body: JSON.stringify(body ?? null) };
  };

const LOCAL = "terraform.tfstate";

async function lose(
  stack: SynthesizedStack,
  run: StackRun,
  azure: LocalAzure,
  tell: (line: string) => void,
): Promise<Lost> {
  const file = join(run.folder, LOCAL);
  const read = async () => stateIn(await readFile(file, "utf8"), file).ids;
  const before = await read();
  for (const each of [file, `${file}.backup`]) await rm(each, { force: true });
  tell(
    `${stack.id}: its state is lost, ${before.size} resources; ${existsSync(file) ? "it is still there" : "nothing of it is left"}`,
  );
  const found = await findMissing(stack, run, { subscription: REHEARSAL_SUBSCRIPTION, ask: askOf(azure), tell });
  if (found.absent.length > 0)
    throw new UserError(`drill state: ${stack.id}: not found again: ${found.absent.join(", ")}`);
  tell(`${stack.id}: importing ${found.blocks.length} resources`);
  const touched = azure.requests.length;
  const gone = await importFound(stack, run, found);
  if (gone.length > 0) throw new UserError(`drill state: ${stack.id}: not found again: ${gone.join(", ")}`);
  refuseWrites(stack.id, azure.requests.slice(touched));
  const { leftovers, unexpected } = await planAfterwards(stack, run);
  if (unexpected.length > 0)
    throw new UserError(
      [`drill state: ${stack.id}: the next deployment would`, ...unexpected.map((line) => `  ${line}`)].join("\n"),
    );
  tell(`${stack.id}: nothing to make, delete or replace; ${leftovers.length} differences in place, which are applied`);
  await run.apply();
  await run.planIsEmpty();
  const after = await read();
  const others = [...before].filter(([address, id]) => after.get(address) !== id).map(([address]) => address);
  if (others.length > 0) throw new UserError(`drill state: ${stack.id}: not what they were: ${others.join(", ")}`);
  const { blocks, unimportable } = found;
  return { stack: stack.id, before, after, imported: blocks.length, put: unimportable.length, leftovers };
}

/** An import only reads; tokens and lists of keys are asked for with POST. */
function refuseWrites(stack: string, requests: readonly string[]): void {
  const writes = requests.filter((request) => /^(PUT|PATCH|DELETE) /.test(request));
  if (writes.length === 0) return;
  throw new UserError(`drill state: ${stack}: the import has written to Azure: ${writes.slice(0, 5).join(", ")}`);
}

function told(lost: readonly Lost[]): Walked {
  const leftovers = lost.flatMap((one) => one.leftovers);
  return {
    lost: lost.map(({ before, stack }) => `the state of ${stack}, ${before.size} resources, and its backup`),
    done: [
      ...lost.map(
        ({ imported, put, stack }) =>
          `${stack}: imported ${imported} resources under ids computed from the program${put > 0 ? `, and put ${put} into the state that their provider cannot import` : ""}; nothing in Azure was written`,
      ),
      "planned: nothing to make, delete or replace",
      ...leftovers.map((line) => `changed in place, as after every import: ${line}`),
    ],
    back: lost.map(
      ({ after, stack }) => `${stack}: ${after.size} resources, each under the id that it had; a plan has no changes`,
    ),
    counts: Object.fromEntries(
      lost.map(({ after, before, stack }) => [`resources in ${stack}`, { before: before.size, after: after.size }]),
    ),
  };
}
