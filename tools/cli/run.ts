import { UserError } from "../../environments/user-error";
import { pinnedLast } from "../setup/locate";
import { Stopped } from "../terraform/pass-on-signals";

/**
 * Runs a command and sets the exit code. A user's mistake prints its message; anything else is a bug and keeps its trace.
 * What the command calls by name is the user's own tool, and where the PATH has none, the one that `npm run tools` installed.
 */
export async function run(command: () => Promise<number>): Promise<void> {
  // A reader that has seen enough, such as head, is no error, and the work goes on: it may copy something.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  process.env["PATH"] = pinnedLast();
  try {
    process.exitCode = await command();
  } catch (error) {
    if (error instanceof Stopped) console.error("stopped");
    else if (error instanceof UserError) console.error(error.message);
    else throw error;
    // As a shell says of who was interrupted.
    process.exitCode = error instanceof Stopped ? 130 : 1;
  }
}
