import type { Evidence, Place } from "./evidence";
import type { Drill, DrillName } from "./plan";

const DAY = 86_400_000;

/** How one drill stands on a day, in one place. */
export interface Standing {
  readonly drill: DrillName;
  readonly place: Place;
  readonly is: "good" | "never run" | "overdue";
  /** The day of the last one; null when there was none. */
  readonly last: string | null;
  /** The last day on which it is not overdue. */
  readonly until: string;
}

/**
 * Where a drill is made: by hand in Azure alone.
 * @returns each place, with the longest time between two, in days
 */
export const placesOf = ({
  everyDays,
  how,
  inAzure,
}: Drill): { readonly place: Place; readonly everyDays: number }[] => [
  ...(how === "command" ? [{ place: "here", everyDays } as const] : []),
  { place: "azure", everyDays: inAzure.everyDays },
];

/**
 * How every drill stands on a day. One that was never run has from the day on which the plan was made as long as
 * between two: a program that was just cloned is not late, and one that was never drilled becomes so.
 * @param plannedOn the day on which the plan was made, as YYYY-MM-DD
 * @param on the day to judge for, as YYYY-MM-DD; what was made after it does not count
 */
export function standingsOf(
  drills: readonly Drill[],
  evidence: readonly Evidence[],
  { on, plannedOn }: { readonly on: string; readonly plannedOn: string },
): Standing[] {
  return drills.flatMap((drill) =>
    placesOf(drill).map(({ everyDays, place }): Standing => {
      const days = evidence
        .filter((one) => one.drill === drill.name && one.place === place && one.date <= on)
        .map(({ date }) => date);
      const last = days.sort().at(-1) ?? null;
      const until = daysAfter(last ?? plannedOn, everyDays);
      const isLate = until < on;
      return { drill: drill.name, place, is: isLate ? "overdue" : last === null ? "never run" : "good", last, until };
    }),
  );
}

const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
