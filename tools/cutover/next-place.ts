import { percentOf } from "../../model/cutover/position";
import type { Step } from "../../model/cutover/schema";
import { PERCENTS, type Stage } from "../../model/cutover/stages";
import type { Place } from "../../model/cutover/transitions";

/** Azure's shares one after the other, and what a stage is called that has each: docs/cutover.md. */
const LADDER: readonly (readonly [stage: Stage, percent: number])[] = [
  ["ready", 0],
  ["canary", 1],
  ["canary", 5],
  ["ramp", 25],
  ["ramp", 50],
  ["full", 100],
  ["drained", 100],
  ["retired", 100],
];

/** The place that follows the last step, with a share that is wished for or without; undefined behind the last. */
export function proposed(steps: readonly Step[], percent?: number): Place | undefined {
  const before = steps.at(-1);
  if (before === undefined) return { stage: "adopt" };
  // A share that is wished for too early is refused by what comes first.
  if (before.stage === "adopt" && !percent)
    return before.prepared ? { stage: "ready", percent: 0 } : { stage: "adopt", prepared: true };
  if (percent !== undefined) return { stage: stageOf(percent, before), percent };
  const now = LADDER.findLastIndex(([stage, share]) => stage === before.stage && share <= percentOf(before));
  // A share between two of the ladder's is followed by the one above it.
  const from = now < 0 ? LADDER.findIndex(([stage]) => stage === before.stage) : now + 1;
  const [stage, share] = LADDER[from] ?? [];
  if (stage === undefined || share === undefined) return undefined;
  // After a way back another share than before it, by which Terraform's state tells the two apart.
  const moved = before.stage === "ready" ? steps.at(-2) : undefined;
  return {
    stage,
    percent: stage === "canary" && moved?.stage === "canary" && moved.percent === share ? share + 1 : share,
  };
}

/** The stage that takes a share: the one where it stands when that may, or else the next. */
function stageOf(percent: number, { stage }: Step): Stage {
  const fits = (one: Stage) => PERCENTS[one][0] <= percent && percent <= PERCENTS[one][1];
  if (fits(stage)) return stage;
  return (["canary", "ramp", "full"] as const).find(fits) ?? "ready";
}
