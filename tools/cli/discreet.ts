import { UserError } from "../../model/user-error";
import { describeUnexpected } from "../unexpected";

/** Errors that nobody expected are told without their message: it may hold a value. */
export async function discreet(action: () => Promise<number>): Promise<number> {
  if (process.env["NODE_DEBUG"])
    throw new UserError(
      `NODE_DEBUG is set, so Node.js would print values as they pass; nothing was touched\n  next: unset NODE_DEBUG`,
    );
  process.once("uncaughtException", (error) => {
    console.error(describeUnexpected(error));
    process.exit(1);
  });
  return action().catch((error: unknown) => {
    throw error instanceof UserError ? error : new UserError(describeUnexpected(error));
  });
}
