import { shown } from "../../model/rules/issue";
import { UserError } from "../../model/user-error";
import { refusal } from "./refusal";
import type { Terraform } from "./terraform";

/**
 * An id that a deployed stack says about itself: of an identity, a tenant, a subscription.
 * @throws UserError for an output that it does not have, and for one that is no UUID
 */
export type Ids = (name: string) => string;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * What others write to as well is in a state, and what is read here ends up in commands that somebody pastes.
 * @throws UserError when the state of the stack cannot be read
 */
export async function idsOf(stack: string, terraform: Terraform): Promise<Ids> {
  const init = await terraform.init();
  if (init.exitCode !== 0) throw refusal(stack, "its outputs cannot be read; nothing was touched", init.stderr);
  const { exitCode, stdout, stderr } = await terraform.text(["output", "-json", "-no-color"]);
  if (exitCode !== 0) throw refusal(stack, "its outputs cannot be read; nothing was touched", stderr);
  const outputs = JSON.parse(stdout) as Record<string, { readonly value: unknown } | undefined>;
  return (name) => {
    const value = outputs[name]?.value;
    if (value === undefined)
      throw new UserError(
        `${stack} has no output ${name}: it was not deployed, or by an older program\n  next: npx mmrv deploy ${stack}`,
      );
    if (typeof value === "string" && UUID.test(value)) return value;
    throw new UserError(
      `${stack}: its output ${name}: got ${shown(value)}, must be a UUID; somebody else has written to its state, and nothing of it was printed\n  next: npx mmrv plan ${stack} says what deploying it puts right`,
    );
  };
}
