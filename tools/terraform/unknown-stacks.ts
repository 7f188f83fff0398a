import { UserError } from "../../environments/user-error";

/** What a user is told who named stacks that the program does not have. */
export function unknownStacks(names: readonly string[], all: readonly { readonly id: string }[]): UserError {
  return new UserError(`no stack is called ${names.join(", ")}; the stacks are ${all.map(({ id }) => id).join(", ")}`);
}
