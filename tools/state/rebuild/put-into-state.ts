import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../../model/user-error";
import { parseJson } from "../../parse-json";
import { refusal } from "../../terraform/refusal";
import { readState } from "../../terraform/state-file";
import type { Terraform } from "../../terraform/terraform";
import type { Unimportable } from "./others";

const PROVIDER = 'provider["registry.terraform.io/hashicorp/azurerm"]';

/**
 * Puts resources into a state by hand, with no more than their ids; the next plan reads the rest. For what its provider
 * cannot import.
 * @param folder where the state is written for a moment; only this user can read it
 * @throws UserError when the state cannot be read or written
 */
export async function putIntoState(
  stack: string,
  resources: readonly Unimportable[],
  { folder, terraform }: { readonly folder: string; readonly terraform: Terraform },
): Promise<void> {
  if (resources.length === 0) return;
  const run = async (...args: string[]) => {
    const { exitCode, stderr, stdout } = await terraform.text(args);
    if (exitCode !== 0) throw refusal(stack, "its state lacks what cannot be imported; run it again", stderr);
    return stdout;
  };
  const text = await run("state", "pull", "-no-color");
  const state = readState(text);
  if ("damaged" in state) throw new UserError(`${stack}: its state cannot be read: ${state.damaged}`);
  const whole = parseJson(text) as { readonly resources: readonly object[] };
  const added = resources.map(({ address, attributes }) => {
    const [type, name] = address.split(".");
    return { mode: "managed", type, name, provider: PROVIDER, instances: [{ schema_version: 0, attributes }] };
  });
  const next = { ...whole, serial: state.serial + 1, resources: [...whole.resources, ...added] };
  const file = join(folder, "mmrv-rebuild.tfstate");
  try {
    await writeFile(file, JSON.stringify(next, null, 2), { mode: 0o600 });
    await run("state", "push", "-no-color", file);
  } finally {
    await rm(file, { force: true });
  }
}
