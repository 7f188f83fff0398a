import type { Objective } from "../model/recovery/plan";
import { bilingual } from "../model/text";

export const minutes = (number: number, en: string, es: string): Objective => ({
  minutes: number,
  because: bilingual(en, es),
});

export const hours = (number: number, en: string, es: string): Objective => minutes(60 * number, en, es);

/** Nobody has promised anything, and why. */
export const nothing = (en: string, es: string): Objective => ({ minutes: "none", because: bilingual(en, es) });
