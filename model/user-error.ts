import { printableLines } from "./printable";

/** A user's mistake: the message says what, why and what to do next; it is printed without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";

  constructor(message: string) {
    super(printableLines(message));
  }
}
