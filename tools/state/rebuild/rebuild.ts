import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../model/user-error";
import type { Ask } from "../../azure/ask";
import { adopt } from "../../deploy/adopt";
import { resourceIds } from "../../deploy/resource-ids";
import { environmentOf, type SynthesizedStack } from "../../program/stacks";
import type { Terraform } from "../../terraform/terraform";
import {
  absentIn,
  actionOf,
  changesIn,
  type ImportBlock,
  isImport,
  isOneByOne,
  type PlannedChange,
  removeAll,
  writeBlocks,
  writeIgnore,
} from "./import-plan";
import { type Afterwards, judge } from "./in-place";
import { findOthers, findUnimportable, type Unimportable } from "./others";
import { putIntoState } from "./put-into-state";

/** Where a state is rebuilt: a copy of the synthesized stack that nobody else works in, initialized. */
export interface Place {
  readonly folder: string;
  readonly terraform: Terraform;
}

export interface RebuildOptions {
  /** The subscription of a stack that is not bound to one. */
  readonly subscription: string;
  readonly ask: Ask;
  /** Says how it goes on, one line each. */
  readonly tell: (line: string) => void;
}

/** What can be taken back. */
export interface Found {
  readonly blocks: readonly ImportBlock[];
  /** What is imported without a plan; whether it is there shows only then. */
  readonly oneByOne: readonly ImportBlock[];
  readonly unimportable: readonly Unimportable[];
  /** What the program has and nobody found: the next deployment makes it. */
  readonly absent: readonly string[];
}

type Stack = Pick<SynthesizedStack, "id" | "json" | "settings">;

/** How often Terraform may find that something is not there, or that more is there, before nobody believes it. */
const ROUNDS = 8;

/**
 * Looks for everything of a stack that its state lacks: under the ids that follow from the program, and by asking for those
 * that do not. Writes nothing.
 * @throws UserError when Terraform or Azure fails
 */
export async function findMissing(stack: Stack, place: Place, options: RebuildOptions): Promise<Found> {
  const { ask, subscription, tell } = options;
  const known = new Set(await place.terraform.stateList());
  const computed = [...resourceIds(stack.json, subscription)].filter(([address]) => !known.has(address));
  let blocks: ImportBlock[] = computed.filter(([address]) => !isOneByOne(address));
  let oneByOne: ImportBlock[] = computed.filter(([address]) => isOneByOne(address));
  const tried = new Set<string>();
  const awsAccount = environmentOf(stack)?.aws.accountId;
  for (let round = 1; round <= ROUNDS; round += 1) {
    tell(`${stack.id}: looking for ${blocks.length} resources in Azure`);
    const { absent: missing, changes } = await plan(stack, place, { blocks });
    if (missing.length > 0) {
      blocks = blocks.filter(([address]) => !missing.includes(address));
      continue;
    }
    const creates = changes.filter((change) => actionOf(change) === "create" && !isImport(change));
    const others = (
      await findOthers(
        creates.filter(({ address }) => !tried.has(address)),
        { ask, awsAccount },
      )
    ).filter(([, id]) => !blocks.some(([, other]) => other === id));
    for (const { address } of creates) tried.add(address);
    oneByOne = [...oneByOne, ...others.filter(([address]) => isOneByOne(address))];
    const more = others.filter(([address]) => !isOneByOne(address));
    if (more.length > 0) {
      blocks = [...blocks, ...more];
      continue;
    }
    const unimportable = await findUnimportable(creates, ask);
    const taken = new Set([...unimportable.map(({ address }) => address), ...oneByOne.map(([address]) => address)]);
    const absent = creates.map(({ address }) => address).filter((address) => !taken.has(address));
    return { blocks, oneByOne, unimportable, absent };
  }
  throw new UserError(
    `${stack.id}: what is there changes while it is looked for; nothing was touched\n  next: run it again`,
  );
}

/**
 * Writes into the state what {@link findMissing} found; nothing in Azure is touched.
 * @returns what of it turned out not to be there
 * @throws UserError when the plan would do more than import, or Terraform fails
 */
export async function importFound(
  stack: Stack,
  place: Place,
  { blocks, oneByOne, unimportable }: Found,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-rebuild-"));
  const gone: string[] = [];
  try {
    // First: a plan of the others may stand on them.
    for await (const { address, result } of adopt(place.terraform, oneByOne)) {
      if (typeof result === "object") throw failed(stack.id, [`${address}: ${result.failed}`]);
      if (result === "absent") gone.push(address);
    }
    if (blocks.length > 0) {
      const out = join(folder, "plan");
      const { absent, changes } = await plan(stack, place, { blocks, only: true, out });
      if (absent.length > 0) throw goneMeanwhile(stack.id, absent);
      const more = changes.filter((change) => actionOf(change) !== "no-op");
      if (more.length > 0)
        throw new UserError(
          [
            `${stack.id}: its state cannot be rebuilt by imports alone; nothing was touched`,
            ...more.map((change) => `  would ${actionOf(change)} ${change.address}`),
            "  next: something that others stand on is not in Azure: look at it there first",
          ].join("\n"),
        );
      const { errors, exitCode } = await place.terraform.json(["apply", "-input=false", out]);
      if (exitCode !== 0) throw failed(stack.id, errors);
    }
    await putIntoState(stack.id, unimportable, { folder, terraform: place.terraform });
    return gone;
  } finally {
    await removeAll(place.folder);
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a plan of the program onto the state would do now. */
export async function planAfterwards(stack: Stack, { folder, terraform }: Place): Promise<Afterwards> {
  await removeAll(folder);
  return judge((await show(stack.id, terraform)).changes);
}

interface PlanOptions {
  readonly blocks: readonly ImportBlock[];
  /** Leaves out everything that is not imported. */
  readonly only?: boolean;
  readonly out?: string;
}

/** What a plan would do; of what is not there nothing, and where it stands instead. */
interface Planned {
  readonly changes: readonly PlannedChange[];
  /** The addresses of which Terraform says that nothing is there. */
  readonly absent: readonly string[];
}

/** A plan that imports, and takes every difference as it is. */
async function plan(
  { id, json }: Stack,
  { folder, terraform }: Place,
  { blocks, only = false, out }: PlanOptions,
): Promise<Planned> {
  try {
    await writeIgnore(folder, json);
    await writeBlocks(folder, blocks);
    const targets = only ? blocks.map(([address]) => `-target=${address}`) : [];
    return await show(id, terraform, { args: targets, blocks, out });
  } finally {
    await removeAll(folder);
  }
}

/** Plans, and reads the plan; it holds values in clear, so it is this user's alone and soon gone. */
async function show(
  stack: string,
  terraform: Terraform,
  { args = [], blocks = [], out }: { args?: readonly string[]; blocks?: readonly ImportBlock[]; out?: string } = {},
): Promise<Planned> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-rebuild-"));
  try {
    const file = out ?? join(folder, "plan");
    const { errors, exitCode } = await terraform.json(["plan", "-input=false", `-out=${file}`, ...args]);
    if (exitCode !== 0) {
      const absent = errors.flatMap((error) => absentIn(error, blocks) ?? []);
      if (absent.length > 0 && absent.length === errors.length) return { changes: [], absent };
      throw failed(stack, errors);
    }
    const { exitCode: code, stderr, stdout } = await terraform.text(["show", "-json", "-no-color", file]);
    if (code !== 0) throw failed(stack, [stderr]);
    return { changes: changesIn(stdout), absent: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const failed = (stack: string, errors: readonly string[]): UserError =>
  new UserError(
    [
      `${stack}: Terraform fails, so its state is as it was`,
      ...errors.map((error) => `  ${error}`),
      "  next: mend what it says, then run it again: what was imported stays imported",
    ].join("\n"),
  );

const goneMeanwhile = (stack: string, absent: readonly string[]): UserError =>
  new UserError(
    `${stack}: ${absent.join(", ")} went away while it was looked for; nothing was touched\n  next: run it again`,
  );
