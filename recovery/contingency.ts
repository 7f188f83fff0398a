import type { Contingency } from "../model/recovery/plan";
import { MIGRATION_CASES } from "./contingency/migration";
import { PHASE_CASES } from "./contingency/phases";

/** What may fail half-way in each phase: first what users notice. */
export const CONTINGENCIES: readonly Contingency[] = [...MIGRATION_CASES, ...PHASE_CASES];
