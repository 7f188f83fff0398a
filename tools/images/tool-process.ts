import { type ChildProcess, execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { flat } from "../flat";

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

export interface ToolRun {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Nothing may hang for ever: a connection that stalls is never closed by anybody. */
  readonly minutes: number;
}

const running = new Set<ChildProcess>();

/** What a tool prints. It gets no input, so that it asks nobody. @throws ToolError */
export function runTool(name: string, args: readonly string[], { env, cwd, minutes }: ToolRun): Promise<string> {
  return new Promise((resolve, reject) => {
    // An index of many platforms with its referrers is long.
    const options = { env, cwd, timeout: minutes * 60_000, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(name, [...args], options, (error, stdout, stderr) => {
      running.delete(child);
      if (error === null) return resolve(stdout);
      const said = child.killed ? `stopped after ${minutes} minutes without an end (timeout)` : stderr || error.message;
      reject(new ToolError(said, stdout, typeof error.code === "number" ? error.code : undefined));
    });
    running.add(child);
    child.stdin?.end();
  });
}

/** Ends every tool that still runs; for a signal that reached us alone. */
export function stopTools(): void {
  for (const child of running) child.kill("SIGTERM");
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
