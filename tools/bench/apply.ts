import { floorOf } from "../rehearsal/durations";
import { Rehearsal } from "../rehearsal/rehearse";
import { StackRun } from "../rehearsal/stack-run";

/**
 * Seconds of one apply in the rehearsal, next to the provider's own waits along the longest path. What the stack needs
 * is applied first, and not measured.
 */
export async function measureApply(name: string): Promise<{ seconds: number; floor: number } | { reason: string }> {
  const rehearsal = await Rehearsal.prepare({ names: [name], egress: "configured" });
  try {
    let [seconds, floor] = [0, 0];
    for (const stack of rehearsal.stacks) {
      const reason = rehearsal.reasonAgainst(stack);
      if (reason !== undefined) return { reason };
      const run = new StackRun(stack, rehearsal.sandbox);
      await run.init();
      const started = performance.now();
      await run.apply();
      [seconds, floor] = [(performance.now() - started) / 1000, floorOf(stack.json, "create")];
    }
    return { seconds, floor };
  } finally {
    await rehearsal.stop();
  }
}
