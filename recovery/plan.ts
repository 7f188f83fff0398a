import type { Row } from "../model/recovery/plan";
import { CLUSTER_ROWS } from "./rows/cluster";
import { CODE_ROWS } from "./rows/code";
import { DATA_ROWS } from "./rows/data";
import { SECRET_ROWS } from "./rows/secrets";

export { CONTINGENCIES } from "./contingency";
export { DRILLS } from "./drills";

/** The day on which this plan was made: a drill that was never run is overdue its own time after it. */
export const PLANNED_ON = "2026-11-30";

/** Every asset, what may happen to it, and the way back: first what is made again from code, last what cannot be. */
export const PLAN: readonly Row[] = [...CODE_ROWS, ...CLUSTER_ROWS, ...SECRET_ROWS, ...DATA_ROWS];
