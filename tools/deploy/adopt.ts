import { flat } from "../flat";
import type { StackJson } from "../terraform/stack-json";
import type { Terraform } from "../terraform/terraform";
import { resourceIds } from "./resource-ids";

export interface Adoption {
  readonly address: string;
  readonly id: string;
  /** "adopted", "absent" in Azure, or Terraform's reason why not. */
  readonly result: "adopted" | "absent" | { readonly failed: string };
}

/**
 * Resources of the stack that are not in its state, with the ids under which they would exist in Azure.
 * @throws UserError when the state cannot be read
 */
export async function missingFromState(
  terraform: Terraform,
  stack: StackJson,
  subscriptionId: string,
): Promise<[string, string][]> {
  const known = new Set(await terraform.stateList());
  return [...resourceIds(stack, subscriptionId)].filter(([address]) => !known.has(address));
}

/**
 * Takes into the state what exists in Azure and is missing there, as after an interrupted apply. One import at a time,
 * because each locks the state; what does not exist is left for the next apply.
 */
export async function* adopt(terraform: Terraform, missing: readonly [string, string][]): AsyncGenerator<Adoption> {
  for (const [address, id] of missing) {
    const { exitCode, stderr } = await terraform.text(["import", "-no-color", "-input=false", address, id]);
    const isAbsent = /Cannot import non-existent remote object|unexpected status 404|release: not found/.test(
      flat(stderr),
    );
    yield { address, id, result: exitCode === 0 ? "adopted" : isAbsent ? "absent" : { failed: flat(stderr) } };
  }
}
