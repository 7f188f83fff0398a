import { didYouMean } from "../../model/did-you-mean";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";

/** What a user is told who named stacks that the program does not have. */
export function unknownStacks(names: readonly string[], all: readonly { readonly id: string }[]): UserError {
  const known = all.map(({ id }) => id);
  const said = names.map((name) => `${printable(name)}${didYouMean(name, known)}`);
  return new UserError(`no stack is called ${said.join(", ")}; the stacks are ${known.join(", ")}`);
}
