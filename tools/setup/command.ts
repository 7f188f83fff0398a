import { UserError } from "../../model/user-error";
import { run } from "../processes";

interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * What an installer prints. It gets no input, so that it asks nobody, and no limit of time: a build takes as long as the
 * machine needs.
 * @throws UserError with the last thing that it said and means something, on one line
 */
export async function command(
  program: string,
  args: readonly string[],
  { cwd, env }: CommandOptions = {},
): Promise<string> {
  // In English, because the reasons are read below.
  const { exitCode, signal, stderr, stdout } = await run(program, args, {
    cwd,
    env: { ...process.env, LC_ALL: "C", ...env },
  });
  if (exitCode === 0) return stdout;
  throw new UserError(reasonIn(`${stdout}\n${stderr}`) || `${program} ended with ${signal ?? `exit code ${exitCode}`}`);
}

/** How Go, Python and apt say that they have reached nobody. */
const NO_NETWORK = [
  /\b(?:dial tcp|dial udp): (.*)$/m,
  /((?:no such host|i\/o timeout|TLS handshake timeout|connection refused|network is unreachable)\b.*)$/im,
  /(module lookup disabled by GOPROXY=off)$/m,
  /((?:Temporary failure in name resolution|Failed to establish a new connection|Could not resolve|Temporary failure resolving)\b.*)$/im,
];

/** What they say of their progress, and what is good advice for another day. */
const NOISE =
  /^(go: (downloading|finding|added|upgraded)|# |WARNING:|\[notice\]|Get:|Hit:|Ign:|Reading |Building |\s*$)/;

/** The last useful line of what a program said before it failed, with those that continue it. */
export function reasonIn(said: string): string {
  const network = NO_NETWORK.map((pattern) => pattern.exec(said)?.[1]).find((reason) => reason !== undefined);
  if (network !== undefined)
    return `nothing can be fetched (${flat(network)}); connect this machine to a network, or to a mirror of the package registries`;
  const lines = said.split("\n").filter((line) => !NOISE.test(line));
  const start = lines.findLastIndex((line) => !/^\s/.test(line));
  return flat(lines.slice(Math.max(start, 0)).join(" "));
}

const LONGEST = 300;

const flat = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, LONGEST);
