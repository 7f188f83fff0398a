import { run } from "./processes";

/** Asked once: it does not change while this process runs. */
let known: Promise<boolean> | undefined;

/** Whether the system can end a process together with its parent: Linux with setpriv of util-linux. */
export function canTieToParent(): Promise<boolean> {
  known ??= run("setpriv", ["--pdeathsig", "KILL", "true"]).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
  return known;
}

/** Ends its whole process group, itself too, when it is told to end; else it ends as the command does. */
const GROUP = ["sh", "-c", 'trap "kill -KILL 0" TERM; "$@" & wait $!', "sh"];

/**
 * A command that the system ends when this process ends, however it does: kill -9 runs no code of ours. Elsewhere than on
 * Linux the command as it is.
 * @param of `itself`, or the whole group when it starts others; it must then be in a process group of its own
 */
export async function tied(
  [program, ...args]: readonly [string, ...string[]],
  of: "group" | "itself" = "itself",
): Promise<[string, ...string[]]> {
  if (!(await canTieToParent())) return [program, ...args];
  return of === "itself"
    ? ["setpriv", "--pdeathsig", "KILL", program, ...args]
    : ["setpriv", "--pdeathsig", "TERM", ...GROUP, program, ...args];
}
