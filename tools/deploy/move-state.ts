import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../model/user-error";
import { say } from "../output";
import { parseJson } from "../parse-json";
import { findStack, synthesize } from "../program/stacks";
import { refusal } from "../terraform/refusal";
import { Terraform } from "../terraform/terraform";
import { terraformOf } from "./cdktf";

/** The folders of one stack. */
interface Places {
  readonly stack: string;
  /** The state as it is kept locally. */
  readonly file: string;
  /** Where the stack was synthesized, for the place that its state moves to. */
  readonly folder: string;
}

/** A move that makes sense: there is a local state, and another place for it. */
interface Move extends Places, StateSummary {
  readonly to: string;
}

/** `mmrv move-state`: takes a local state to where cdktf.json says that it is kept now. */
export async function moveState(stack: string, dryRun: boolean): Promise<number> {
  await Terraform.require();
  findStack(synthesize(), stack);
  const move = await planMove({
    stack,
    file: join("terraform.tfstate.d", stack, "terraform.tfstate"),
    folder: join("cdktf.out", "stacks", stack),
  });
  say(`${stack}: ${move.addresses.length} resources, from ${move.file} to ${move.to}`);
  if (dryRun) return 0;
  await carryOut(move, terraformOf(stack), say);
  say(`next: npx mmrv diff ${stack}, which shows no changes`);
  return 0;
}

/** @throws UserError when state is still kept locally, or when there is none to move */
export async function planMove(places: Places): Promise<Move> {
  const { stack, file, folder } = places;
  const to = await targetIn(folder);
  if (to === undefined) {
    throw new UserError(
      `${stack}: cdktf.json still keeps state locally, nothing was touched\n  next: set context.state to {"type":"azurerm"} or {"type":"hcp","organization":…}, then run it again`,
    );
  }
  if (!existsSync(file)) {
    throw new UserError(
      `${stack}: there is no local state to move, nothing was touched; looked for ${file}\n  next: npx mmrv diff ${stack} shows what is missing from ${to}`,
    );
  }
  const lock = join(dirname(file), ".terraform.tfstate.lock.info");
  if (existsSync(lock)) {
    throw new UserError(
      `${stack}: somebody works with the local state, nothing was touched\n  next: wait until that Terraform has ended; if none runs, delete ${lock}`,
    );
  }
  const state = stateIn(await readFile(file, "utf8"), file);
  if (state.addresses.length === 0)
    throw new UserError(`${stack}: ${file} holds no resources, so there is nothing to move\n  next: delete it`);
  return { ...places, ...state, to };
}

/**
 * Moves the state. The local file is put aside last, when everything was read back from the new place; until then it
 * stays as it is, and the move can be repeated.
 * @throws UserError when the new place refuses, is held by somebody else, or holds resources already
 */
export async function carryOut(move: Move, terraform: Terraform, say: (line: string) => void): Promise<void> {
  await withoutOldBackend(move.folder, () => copyState(move, terraform, say));
  say(`put aside: ${(await putAside(move.file)).join(", ")}`);
}

/**
 * Hides the file in which Terraform remembers the old backend, while `copy` runs: with it, init would ask whether to migrate,
 * and HCP Terraform refuses -reconfigure. After a failure the file is restored, so that nobody deploys onto the new
 * backend's empty state.
 */
async function withoutOldBackend(folder: string, copy: () => Promise<void>): Promise<void> {
  const note = join(folder, ".terraform", "terraform.tfstate");
  const before = existsSync(note) ? await readFile(note) : undefined;
  await rm(note, { force: true });
  try {
    await copy();
  } catch (error) {
    if (before) await writeFile(note, before);
    throw error;
  }
}

async function copyState(move: Move, terraform: Terraform, say: (line: string) => void): Promise<void> {
  const { stack, addresses, file, lineage, to } = move;
  const run = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await terraform.text(args);
    if (exitCode === 0) return stdout;
    throw refusal(stack, `it is not moved to ${to}; the local state is as it was`, stderr);
  };
  const pull = async () => stateIn(await run("state", "pull", "-no-color"), to);

  say(`preparing ${to}`);
  await run("init", "-no-color", "-input=false");
  const there = await pull();
  if (there.addresses.length > 0) {
    throw new UserError(
      [
        `${stack}: ${to} holds ${there.addresses.length} resources already, nothing was overwritten`,
        there.lineage === lineage
          ? `  next: it is the same state, moved before: rename ${file}, delete cdktf.out, and see that npx mmrv diff ${stack} shows no changes`
          : "  next: it is another state: is the place right? One of the two has to go, and only you know which",
      ].join("\n"),
    );
  }
  say("writing");
  await run("state", "push", "-no-color", resolve(file));
  const arrived = new Set((await pull()).addresses);
  const lost = addresses.filter((address) => !arrived.has(address));
  if (lost.length > 0 || arrived.size !== addresses.length) {
    throw new UserError(
      [
        `${stack}: ${to} holds ${arrived.size} resources and not the ${addresses.length} that were written; the local state is as it was`,
        ...lost.map((address) => `  missing: ${address}`),
        "  next: did somebody deploy at the same time? Nobody may go on before it is known which of the two is right",
      ].join("\n"),
    );
  }
  say(`read back: all ${addresses.length} resources are there`);
}

/** The other place that the synthesized stack keeps its state in; undefined when that is a local file. */
async function targetIn(folder: string): Promise<string | undefined> {
  const { terraform } = JSON.parse(await readFile(join(folder, "cdk.tf.json"), "utf8")) as {
    readonly terraform: {
      readonly backend?: {
        readonly azurerm?: {
          readonly container_name: string;
          readonly key: string;
          readonly storage_account_name: string;
        };
      };
      readonly cloud?: { readonly organization: string; readonly workspaces: { readonly name: string } };
    };
  };
  const { backend, cloud } = terraform;
  if (cloud) return `workspace ${cloud.workspaces.name} of ${cloud.organization} (HCP Terraform)`;
  const blob = backend?.azurerm;
  return blob && `${blob.container_name}/${blob.key} in the storage account ${blob.storage_account_name}`;
}

interface StateResource {
  readonly mode: "managed" | "data";
  readonly module?: string;
  readonly type: string;
  readonly name: string;
  readonly instances: readonly { readonly index_key?: string | number; readonly deposed?: string }[];
}

/** What of a state may be told: no value of any attribute. */
interface StateSummary {
  /** Each instance of a resource, also one that still has to be deleted; data sources are read again by every plan. */
  readonly addresses: readonly string[];
  /** The same for all versions of one state. */
  readonly lineage: string;
}

/**
 * @param text empty where nothing was ever written
 * @throws UserError when it is no state of Terraform 0.12 or later
 */
function stateIn(text: string, where: string): StateSummary {
  if (text === "") return { addresses: [], lineage: "" };
  const { lineage, resources } = (parseJson(text) ?? {}) as { readonly lineage?: string; readonly resources?: unknown };
  if (!Array.isArray(resources) || lineage === undefined)
    throw new UserError(`${where} holds something that is no state of Terraform`);
  const managed = (resources as StateResource[]).filter(({ mode }) => mode === "managed");
  const addresses = managed.flatMap(({ instances, module, name, type }) => {
    const address = [module, type, name].filter(Boolean).join(".");
    return instances.map(
      ({ deposed, index_key: key }) =>
        `${address}${key === undefined ? "" : `[${JSON.stringify(key)}]`}${deposed ? ` (deposed ${deposed})` : ""}`,
    );
  });
  return { addresses, lineage };
}

/** Renames the state and its backup; what was put aside before stays. */
async function putAside(file: string): Promise<string[]> {
  const files = [file, `${file}.backup`].filter((path) => existsSync(path));
  let ending = ".moved";
  for (let number = 2; files.some((path) => existsSync(path + ending)); number += 1) ending = `.moved-${number}`;
  for (const path of files) await rename(path, path + ending);
  return files.map((path) => path + ending);
}
