import { sentenceOf } from "../../model/mistakes";
import { pinnedLast } from "../setup/locate";
import { Stopped } from "../terraform/pass-on-signals";

/**
 * Runs a command and sets the exit code. What the command calls by name is the user's own tool, and where the PATH has
 * none, the one that `npm run tools` installed.
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
    process.exitCode = tell(error);
  }
}

/**
 * Tells why a command ended. A user's mistake is a sentence.
 * @returns the exit code
 * @throws anything else: it is a bug and keeps its trace
 */
function tell(error: unknown): number {
  // As a shell says of who was interrupted.
  const [sentence, code] = error instanceof Stopped ? ["stopped", 130] : [sentenceOf(error), 1];
  if (sentence === undefined) throw error;
  console.error(sentence);
  return code;
}
