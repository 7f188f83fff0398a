import { UserError } from "../../model/user-error";
import type { SynthesizedStack } from "../program/stacks";

/** @throws UserError in a pipeline whose stack keeps its state beside the program: it would go with the machine */
export function refuseLocalState({ json }: Pick<SynthesizedStack, "json">, environment = process.env): void {
  const { backend } = (json.terraform ?? {}) as { readonly backend?: { readonly local?: object } };
  if (environment["CI"] !== "true" || backend?.local === undefined) return;
  throw new UserError("a pipeline has no local state: set context.state in cdktf.json, docs/deploy.md");
}
