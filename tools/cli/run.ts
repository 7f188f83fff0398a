import { UserError } from "../../environments/user-error";

/** Runs a command and sets the exit code. A user's mistake prints its message; anything else is a bug and keeps its trace. */
export async function run(command: () => Promise<number>): Promise<void> {
  // A reader that has seen enough, such as head, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
