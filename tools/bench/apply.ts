import { floorOf } from "../rehearsal/durations";
import { Rehearsal } from "../rehearsal/rehearse";
import { StackRun } from "../rehearsal/stack-run";

/** Seconds of one apply in the rehearsal, next to the provider's own waits along the longest path. */
export async function measureApply(name: string): Promise<{ seconds: number; floor: number } | { reason: string }> {
  const rehearsal = await Rehearsal.prepare({ names: [name] });
  try {
    const [stack] = rehearsal.stacks;
    if (!stack) throw new Error(`${name} was not synthesized`);
    const reason = rehearsal.reasonAgainst(stack);
    if (reason !== undefined) return { reason };
    const run = new StackRun(stack, rehearsal.sandbox);
    await run.init();
    const started = performance.now();
    await run.apply();
    return { seconds: (performance.now() - started) / 1000, floor: floorOf(stack.json, "create") };
  } finally {
    await rehearsal.stop();
  }
}
