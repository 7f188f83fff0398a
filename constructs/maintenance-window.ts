/** When AKS may upgrade, once a week. */
export interface WeeklyWindow {
  readonly dayOfWeek: string;
  readonly durationHours: number;
  /** As 22:00. */
  readonly startTime: string;
  /** As -05:00. */
  readonly utcOffset: string;
}

/** Days on which AKS leaves the cluster alone, both included, as YYYY-MM-DD. */
export interface Freeze {
  readonly from: string;
  readonly to: string;
}

/** A window as AKS takes it. */
export function windowOf({ dayOfWeek, durationHours, startTime, utcOffset }: WeeklyWindow, freezes: readonly Freeze[]) {
  return {
    frequency: "Weekly",
    interval: 1,
    duration: durationHours,
    dayOfWeek,
    startTime,
    utcOffset,
    notAllowed:
      freezes.length > 0
        ? freezes.map(({ from, to }) => ({ start: `${from}T00:00:00Z`, end: `${to}T00:00:00Z` }))
        : undefined,
  };
}
