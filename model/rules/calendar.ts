import type { Environment, MaintenanceWindow } from "../environment";
import { type Issue, issue } from "./issue";

export function budgetStart({ budget: { startDate } }: Pick<Environment, "budget">): Issue[] {
  return startDate.endsWith("-01")
    ? []
    : [
        issue(
          "budget.startDate",
          startDate,
          `must be ${startDate.slice(0, 8)}01 (Azure takes the first day of a month only)`,
        ),
      ];
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const WEEK = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Whether the window opens or is still open on a day between `from` and `to`, both included, by the window's own clock. */
function touches({ dayOfWeek, startTime, durationHours }: MaintenanceWindow, from: string, to: string): boolean {
  // AKS reads the dates in the window's offset, so the offset cancels out.
  const [start, end] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`) + DAY];
  for (let day = start - DAY; day < end; day += DAY) {
    if (WEEK[new Date(day).getUTCDay()] !== dayOfWeek) continue;
    const opens = Date.parse(`${new Date(day).toISOString().slice(0, 10)}T${startTime}:00Z`);
    if (opens < end && opens + durationHours * HOUR > start) return true;
  }
  return false;
}

export function freezes({ maintenance: { cluster, nodes, freezes: all } }: Environment): Issue[] {
  return all.flatMap(({ from, to }, index) => {
    const path = `maintenance.freezes.${index}`;
    // A date or a time that is none has an issue of its own.
    if (Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to))) return [];
    if (from > to)
      return [issue(`${path}.to`, to, `must be ${from} or later (a freeze ends after it begins)`, [`${path}.from`])];
    if (touches(cluster, from, to) || touches(nodes, from, to)) return [];
    const days = [...new Set([cluster.dayOfWeek, nodes.dayOfWeek])].join(" or ");
    return [
      issue(
        path,
        `${from} to ${to}`,
        `must cover a ${days} on which a window opens (outside of every window it stops nothing)`,
        ["maintenance.cluster", "maintenance.nodes"],
      ),
    ];
  });
}
