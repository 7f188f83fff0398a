import { writeSync } from "node:fs";
import { END_SIGNALS } from "../processes";
import { Terraform } from "../terraform/terraform";

/** Ends at once when told to: nothing real is at stake, the state is temporary and the Azure is this process. */
export function endOnSignals(): void {
  for (const signal of END_SIGNALS) if (process.listeners(signal).includes(end)) return;
  for (const signal of END_SIGNALS) process.once(signal, end);
  process.once("exit", () => Terraform.killAll());
}

function end(signal: NodeJS.Signals): void {
  // Written at once, past whoever draws progress on the terminal and has hidden its cursor.
  if (process.stdout.isTTY) writeSync(1, "\x1b[?25h");
  writeSync(2, `\nstopped by ${signal}: Terraform ended, temporary files removed\n`);
  process.exit(130);
}
