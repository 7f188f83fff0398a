import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";

const NO_GH = "gh is not on the PATH; install the GitHub CLI: cli.github.com";

/**
 * One call of the GitHub CLI, with the caller's own login.
 * @param body goes to its standard input as JSON: an argument has a limit, and everybody on the machine sees it
 * @throws UserError without the CLI, and when GitHub refuses
 */
export async function gh(args: readonly string[], body?: object): Promise<string> {
  const child = spawn("gh", [...args, ...(body ? ["--input", "-"] : [])], { stdio: ["pipe", "pipe", "pipe"] });
  // A gh that ends before it has read everything says why by itself.
  child.stdin.on("error", () => {}).end(body && JSON.stringify(body));
  try {
    const [[exitCode], stdout, stderr] = await Promise.all([
      once(child, "close") as Promise<[number | null]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    if (exitCode === 0) return stdout;
    throw new UserError(`gh ${args.slice(0, 2).join(" ")}: ${flat(stderr)}`);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ENOENT" ? new UserError(NO_GH) : error;
  }
}
