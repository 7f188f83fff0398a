import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { run } from "../processes";

/**
 * One call of the GitHub CLI, with the caller's own login.
 * @param body goes to its standard input as JSON: an argument has a limit, and everybody on the machine sees it
 * @throws UserError without the CLI, and when GitHub refuses
 */
export async function gh(args: readonly string[], body?: object): Promise<string> {
  const input = body === undefined ? undefined : JSON.stringify(body);
  const { exitCode, stderr, stdout } = await run("gh", [...args, ...(body ? ["--input", "-"] : [])], { input });
  if (exitCode !== 0) throw new UserError(`gh ${args.slice(0, 2).join(" ")}: ${flat(stderr)}`);
  return stdout;
}
