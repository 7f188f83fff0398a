import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { flat } from "../flat";
import { LOCAL_STATE } from "../terraform/local-state";
import { refusal } from "../terraform/refusal";
import { Terraform } from "../terraform/terraform";

/** A stack that Terraform is ready to plan, and what is left to tidy up. */
interface OpenStack {
  readonly terraform: Terraform;
  /** Nothing was ever written to its state. Only who may not write it needs to know; others have it made by Terraform. */
  readonly isNew: boolean;
  readonly close: () => Promise<void>;
}

export type At = (folder: string) => Terraform;
const withOwnLogin: At = (folder) => new Terraform(folder, process.env as Record<string, string>);

/**
 * Initializes a stack in the folder where it was synthesized.
 *
 * Terraform's azurerm backend writes an empty state where there is none, which an identity that only plans may not. For
 * it a stack that was never deployed is a copy whose state is empty and local: its plan is the same, and nothing is left.
 * @param readOnly for somebody who may read states, not write or lock them
 * @throws UserError when Terraform cannot be initialized
 */
export async function openStack(
  id: string,
  folder: string,
  { readOnly = false, at = withOwnLogin }: { readonly readOnly?: boolean; readonly at?: At } = {},
): Promise<OpenStack> {
  const terraform = at(folder);
  const failure = await failureOfInit(terraform);
  if (failure === undefined) return { terraform, isNew: false, close: async () => {} };
  if (!readOnly || !lacksState(failure)) throw notInitialized(id, failure);
  const copy = await copyWithoutState(folder);
  const close = () => rm(copy, { recursive: true, force: true });
  const again = await failureOfInit(at(copy));
  if (again === undefined) return { terraform: at(copy), isNew: true, close };
  await close();
  throw notInitialized(id, again);
}

const notInitialized = (id: string, failure: string) =>
  refusal(id, "nothing can be planned; nothing was touched", failure);

async function failureOfInit(terraform: Terraform): Promise<string | undefined> {
  const { exitCode, stderr } = await terraform.init();
  return exitCode === 0 ? undefined : stderr.trim();
}

/** It reads first and finds no blob, then wants to make one (hashicorp/terraform, backend/remote-state/azure, StateMgr). */
const lacksState = (failure: string): boolean => /failed to lock azure state: .*\b403\b/.test(flat(failure));

async function copyWithoutState(folder: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "mmrv-new-stack-"));
  await cp(folder, copy, { recursive: true, filter: (source) => basename(source) !== ".terraform" });
  await writeFile(join(copy, LOCAL_STATE.file), LOCAL_STATE.text);
  return copy;
}
