import type { Contingency } from "../model/recovery/plan";

/** What to do when a phase fails half-way. */
export const CONTINGENCIES: readonly Contingency[] = [];
