import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { flat } from "../flat";
import { run } from "../processes";

/** A tool that ended badly: what it said, on one line. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  constructor(
    said: string,
    /** What it had printed before. */
    readonly stdout: string,
    readonly exitCode: number | undefined,
  ) {
    super(onOneLine(said));
  }
}

interface ToolRun {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Nothing may hang for ever: a connection that stalls is never closed by anybody. */
  readonly minutes: number;
}

/** What a tool prints. It gets no input, so that it asks nobody. @throws ToolError */
export async function runTool(name: string, args: readonly string[], options: ToolRun): Promise<string> {
  const { exitCode, stderr, stdout, timedOut } = await run(name, args, options);
  if (exitCode === 0) return stdout;
  const said = timedOut ? `stopped after ${options.minutes} minutes without an end (timeout)` : stderr;
  throw new ToolError(said || `${name} ended with exit code ${exitCode}`, stdout, exitCode);
}

export const isOnPath = (name: string): boolean =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** skopeo wraps its last words as a log line; a signed URL of a blob store is a credential, so its query goes. */
const onOneLine = (said: string): string =>
  flat(
    said
      .replace(/^time="[^"]*" level=\w+ msg="(.*)"$/gm, (_, message: string) => message.replaceAll('\\"', '"'))
      .replace(/(https?:\/\/[^\s"'?]+)\?[^\s"']*/g, "$1?…"),
  ).slice(0, 600);
