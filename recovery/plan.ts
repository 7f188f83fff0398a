import type { Row } from "../model/recovery/plan";

export { DRILLS } from "./drills";

/** The day on which this plan was made: a drill that was never run is overdue its own time after it. */
export const PLANNED_ON = "2026-11-30";

/** Every asset, what may happen to it, and the way back. */
export const PLAN: readonly Row[] = [];
