import { existsSync } from "node:fs";
import { execa, execaSync } from "execa";
import { UserError } from "../model/user-error";

/** Where each program is had that somebody has to install by hand. */
const HAD_FROM: Readonly<Record<string, string>> = {
  az: "the Azure CLI: learn.microsoft.com/cli/azure/install-azure-cli",
  cosign: "it: docs.sigstore.dev/cosign/system_config/installation",
  gh: "the GitHub CLI: cli.github.com",
  helm: "it: helm.sh/docs/intro/install",
  kubectl: "it: kubernetes.io/docs/tasks/tools",
  regctl: "it: github.com/regclient/regclient/releases (it copies signatures and other referrers too)",
  skopeo: "it: github.com/containers/skopeo/blob/main/install.md",
  terraform: "Terraform 1.11: developer.hashicorp.com/terraform/install",
};

/** What a user is told whose machine lacks a program. */
export function notOnPath(program: string): string {
  const from = HAD_FROM[program];
  return `${program} is not on the PATH${from === undefined ? "" : `; install ${from}`}`;
}

interface ProgramOptions {
  readonly cwd?: string;
  /** All of its environment. @default this process's own */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What it reads; without it there is nothing to read, so that it asks nobody. */
  readonly input?: string;
  /** After which it is told to end. @default never */
  readonly minutes?: number;
}

/** How a program ended, and what it printed. */
export interface Ended {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** How people and systems tell a process to end. */
export const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const running = new Set<{ kill(signal: "SIGTERM"): boolean }>();

/**
 * Runs a program to its end and keeps what it prints. A failure is an answer, and no exception.
 * @throws UserError when it is not on the PATH
 */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, env = process.env, input, minutes }: ProgramOptions = {},
): Promise<Ended> {
  const child = execa(program, args, {
    ...OURS,
    cwd,
    env,
    timeout: minutes === undefined ? 0 : minutes * 60_000,
    // Lists of Helm's Secrets, reports of checkov, an index of many platforms: long, and never endless.
    maxBuffer: 2 ** 28,
    ...(input === undefined ? { stdin: "ignore" } : { input }),
  });
  running.add(child);
  const { code, exitCode, signal, stderr, stdout, timedOut } = await child;
  running.delete(child);
  if (isMissing(code, cwd)) throw new UserError(notOnPath(program));
  return { exitCode, signal, timedOut, stdout: String(stdout), stderr: String(stderr) };
}

/** Ends every program of {@link run} that still runs; for a signal that reached this process alone. */
export function stopAll(): void {
  for (const child of running) child.kill("SIGTERM");
}

/** What is common to all: nothing is added to the environment, killed behind our back, or cut off. */
const OURS = {
  extendEnv: false,
  reject: false,
  cleanup: false,
  forceKillAfterDelay: false,
  stripFinalNewline: false,
} as const;

/** Node says the same of a folder that is not there. */
const isMissing = (code: string | undefined, cwd: string | undefined): boolean =>
  code === "ENOENT" && (cwd === undefined || existsSync(cwd));

interface StartOptions extends Required<Pick<ProgramOptions, "cwd" | "env">> {
  /** Puts it into a process group of its own, so that one signal ends it with all that it has started. */
  readonly ownGroup?: boolean;
  /** An open file that takes what it prints. @default pipes, which somebody must read */
  readonly output?: number;
}

/** Starts a program and lets it run. */
export const start = (program: string, args: readonly string[], { cwd, env, output, ownGroup = false }: StartOptions) =>
  execa(program, args, {
    ...OURS,
    cwd,
    env,
    detached: ownGroup,
    buffer: false,
    stdin: "ignore",
    // Its types know no number of a file, which Node takes as it is.
    stdout: (output ?? "pipe") as "pipe",
    stderr: (output ?? "pipe") as "pipe",
  });

/** A program that {@link start} started. */
export type Started = ReturnType<typeof start>;

/**
 * Waits for a program that {@link start} started.
 * @throws UserError when it is not on the PATH
 */
export async function ended(child: Started, program: string, cwd?: string) {
  const { code, exitCode, signal } = await child;
  if (isMissing(code, cwd)) throw new UserError(notOnPath(program));
  return { exitCode, signal };
}

/** Runs a program on the terminal of this process, which it may ask; returns its exit code. */
export async function runOnTerminal(
  program: string,
  args: readonly string[],
  env: ProgramOptions["env"] = process.env,
): Promise<number> {
  const { code, exitCode } = await execa(program, args, { ...OURS, env, stdio: "inherit" });
  if (isMissing(code, undefined)) throw new UserError(notOnPath(program));
  return exitCode ?? 1;
}

/** Runs a program while nothing else happens: at the end of this process, or to measure it. */
export function runNow(program: string, args: readonly string[], seconds?: number) {
  const { exitCode, stderr } = execaSync(program, args, {
    reject: false,
    stdin: "ignore",
    timeout: seconds === undefined ? 0 : seconds * 1000,
  });
  return { exitCode, stderr: String(stderr) };
}
