import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { parseJson } from "../parse-json";
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

/** What GitHub says to one question. */
export type Answer =
  | { readonly is: "answer"; readonly value: unknown }
  /** By the status of HTTP, such as 404, which it also gives those who may not see what is there. */
  | { readonly is: "refusal"; readonly status: number; readonly says: string };

/** A refusal, for a person. */
export const told = ({ says, status }: Extract<Answer, { is: "refusal" }>): string =>
  `${status}: ${says || "nothing more"}`;

/** Asks GitHub's REST interface for what is at a path, such as repos/OWNER/NAME. */
export type AskGitHub = (path: string) => Promise<Answer>;

/**
 * @see AskGitHub
 * @throws UserError without the GitHub CLI, without a login, and when GitHub cannot be reached
 */
export const askGitHub: AskGitHub = async (path) => {
  const { exitCode, stderr, stdout } = await run("gh", ["api", path]);
  if (exitCode === 0) return { is: "answer", value: parseJson(stdout) };
  const [, says = "", status] = /^(?:gh: )?(.*)\(HTTP (\d{3})\)/s.exec(stderr.trim()) ?? [];
  if (status === undefined || status === "401") throw new UserError(`gh api: ${flat(stderr)}`);
  return { is: "refusal", status: Number(status), says: flat(says) };
};
