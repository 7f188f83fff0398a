const DAY = 86_400_000;
const WARN_DAYS = 30;

/** Something that was decided for a time, or that others end. */
export interface Ageing {
  readonly what: string;
  /** The last day on which it counts. */
  readonly until: string;
  readonly remedy: string;
  /** How long before that day it is told, in days; a month when it does not say. */
  readonly warnDays?: number;
}

/** What has expired on a day, and what soon will. */
export function evaluateAges(ageing: readonly Ageing[], on: string): { expired: Ageing[]; soon: Ageing[] } {
  const isSoon = ({ until, warnDays = WARN_DAYS }: Ageing) => Date.parse(until) <= Date.parse(on) + warnDays * DAY;
  return {
    expired: ageing.filter(({ until }) => until < on),
    soon: ageing.filter((one) => one.until >= on && isSoon(one)),
  };
}
