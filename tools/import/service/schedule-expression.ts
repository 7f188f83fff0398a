import { CRON, cronMeantBy, hasWholeRanges } from "../../../model/schema/cron";

/** A schedule of AWS as five fields, or why it is none. */
export type Scheduled = { readonly cron: string; readonly note?: string } | { readonly why: string };

const DAY_MINUTES = 24 * 60;
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: DAY_MINUTES };
const WEEK = 7;

/**
 * What `cron()`, `rate()` and `at()` mean in Kubernetes' five fields. AWS counts weekdays from Sunday as 1, Kubernetes from 0.
 * @param start from when a rate counts (the Scheduler's StartDate, ISO 8601); without it nobody knows at what hour a rate of a day runs
 */
export function scheduleOf(expression: string, start?: string): Scheduled {
  if (expression.startsWith("at(")) return { why: "it runs once, and a cron job has no year" };
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) return fromRate(expression, Number(rate[1]) * (MINUTES[rate[2] ?? ""] ?? 1), start);
  if (!/^cron\(.*\)$/.test(expression)) return { why: "it is neither cron(), rate() nor at()" };
  const cron = fieldsOf(expression).length === FIELDS ? cronMeantBy(expression) : undefined;
  return cron === undefined ? { why: whyNot(expression) } : { cron };
}

function fromRate(expression: string, minutes: number, start: string | undefined): Scheduled {
  const at = start === undefined ? undefined : new Date(start);
  if (at !== undefined && !Number.isNaN(at.getTime())) {
    const time = `${at.getUTCMinutes()} ${at.getUTCHours()}`;
    if (minutes === DAY_MINUTES) return { cron: `${time} * * *` };
    if (minutes === WEEK * DAY_MINUTES) return { cron: `${time} * * ${at.getUTCDay()}` };
  }
  if (minutes >= DAY_MINUTES)
    return { why: "a rate counts from when it was made, so nobody knows at what time of the day it runs" };
  const every = minutes % 60 === 0 ? `rate(${minutes / 60} hours)` : `rate(${minutes} minutes)`;
  const cron = cronMeantBy(every);
  if (cron === undefined || !CRON.test(cron) || !hasWholeRanges(cron))
    return { why: "it does not divide an hour or a day, and cron counts each of them from its beginning" };
  return {
    cron,
    note: `${expression} counted from when it was made; ${cron} counts from the full hour or from midnight.`,
  };
}

/** AWS has a year behind the weekday; with five fields nobody knows from where weekdays count. */
const FIELDS = 6;

const fieldsOf = (expression: string): string[] =>
  expression
    .replace(/^cron\((.*)\)$/, "$1")
    .trim()
    .split(/\s+/);

/** In the fields of days; WED has a W too. */
const SIGNS: readonly (readonly [sign: RegExp, means: string])[] = [
  [/W(?!E)/i, "the working day nearest to a date (W)"],
  [/L/i, "the last day or weekday of a month (L)"],
  [/#/, "the n-th weekday of a month (#)"],
];

function whyNot(expression: string): string {
  const fields = fieldsOf(expression);
  const [, , day = "", , weekday = "", year = "*"] = fields;
  if (fields.length !== FIELDS) return "it has not six fields";
  if (year !== "*") return "it names a year, and a cron job has none";
  const sign = SIGNS.find(([pattern]) => pattern.test(`${day} ${weekday}`));
  if (sign !== undefined) return `it says ${sign[1]}, which cron cannot`;
  return "cron does not know these fields";
}
