import { UserError } from "../../model/user-error";
import { refusal } from "./refusal";
import type { Terraform } from "./terraform";

/** What a deployed stack says about itself. @throws UserError for an output that it does not have */
export type Outputs = (name: string) => string;

/** @throws UserError when the state of the stack cannot be read */
export async function outputsOf(stack: string, terraform: Terraform): Promise<Outputs> {
  const init = await terraform.init();
  if (init.exitCode !== 0) throw refusal(stack, "its outputs cannot be read; nothing was touched", init.stderr);
  const { exitCode, stdout, stderr } = await terraform.text(["output", "-json", "-no-color"]);
  if (exitCode !== 0) throw refusal(stack, "its outputs cannot be read; nothing was touched", stderr);
  const outputs = JSON.parse(stdout) as Record<string, { readonly value: string } | undefined>;
  return (name) => {
    const value = outputs[name]?.value;
    if (value !== undefined) return value;
    throw new UserError(
      `${stack} has no output ${name}: it was not deployed, or by an older program\n  next: npx mmrv deploy ${stack}`,
    );
  };
}
