import type { Started } from "../processes";

/** Somebody told this process to stop while Terraform ran; what was begun is tidied up, and nothing else is begun. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/**
 * Lets Terraform end in order when this process is told to stop: it finishes what it can, writes the state and unlocks
 * it. A terminal sends Ctrl-C to Terraform too, while whoever stops a job reaches this process alone; a second signal
 * would make Terraform drop everything.
 * @returns what undoes it once the child has ended, and says whether it was told to stop
 */
export function passOnSignals(child: Started): () => boolean {
  let stopped = false;
  const pass = (signal: NodeJS.Signals) => {
    if (stopped) return;
    stopped = true;
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill("SIGINT");
  };
  process.on("SIGINT", pass).on("SIGTERM", pass);
  return () => {
    process.off("SIGINT", pass).off("SIGTERM", pass);
    return stopped;
  };
}
