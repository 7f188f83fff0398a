import type { ChildProcess } from "node:child_process";

/**
 * Lets Terraform end in order when this process is told to stop: it finishes what it can, writes the state and unlocks
 * it. A terminal sends Ctrl-C to Terraform too, while whoever stops a job reaches this process alone; a second signal
 * would make Terraform drop everything.
 * @returns what undoes it once the child has ended
 */
export function passOnSignals(child: ChildProcess): () => void {
  let passed = false;
  const pass = (signal: NodeJS.Signals) => {
    if (passed || (signal === "SIGINT" && process.stdin.isTTY)) return;
    passed = true;
    child.kill("SIGINT");
  };
  process.on("SIGINT", pass).on("SIGTERM", pass);
  return () => void process.off("SIGINT", pass).off("SIGTERM", pass);
}
