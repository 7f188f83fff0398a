import { describe, expect, test } from "vitest";
import { CRON, hasWholeRanges } from "../../../../model/schema/cron";
import { scheduleOf } from "../../../../tools/import/service/schedule-expression";

test.each([
  ["cron(0 7 ? * 2-6 *)", "0 7 * * 1-5"],
  ["cron(0 7 ? * 1 *)", "0 7 * * 0"],
  ["cron(0 7 ? * 7 *)", "0 7 * * 6"],
  ["cron(0 7 ? * 1-7 *)", "0 7 * * 0-6"],
  ["cron(0 7 ? * 1,3,5 *)", "0 7 * * 0,2,4"],
  ["cron(0 7 ? * 2/2 *)", "0 7 * * 1/2"],
  ["cron(0 7 ? * SUN *)", "0 7 * * SUN"],
  ["cron(0 7 ? * MON-FRI *)", "0 7 * * MON-FRI"],
  ["cron(0 12 * * ? *)", "0 12 * * *"],
  ["cron(0/5 8-17 ? * MON-FRI *)", "0/5 8-17 * * MON-FRI"],
  ["cron(15 10 1 JAN,JUL ? *)", "15 10 1 JAN,JUL *"],
  ["cron(*/10 * * * ? *)", "*/10 * * * *"],
])("%s is %s in five fields, with Sunday as 0", (expression, cron) => {
  expect(scheduleOf(expression)).toEqual({ cron });
  expect(CRON.test(cron) && hasWholeRanges(cron)).toBe(true);
});

const FULL = (expression: string, cron: string) =>
  `${expression} counted from when it was made; ${cron} counts from the full hour or from midnight.`;

test.each([
  ["rate(1 minute)", "* * * * *"],
  ["rate(5 minutes)", "*/5 * * * *"],
  ["rate(60 minutes)", "0 * * * *"],
  ["rate(1 hour)", "0 * * * *"],
  ["rate(6 hours)", "0 */6 * * *"],
])("%s is %s, with a word on when it begins", (expression, cron) => {
  expect(scheduleOf(expression)).toEqual({ cron, note: FULL(expression, cron) });
});

describe("a rate of a day", () => {
  test.each([
    ["rate(1 day)", "30 3 * * *"],
    ["rate(24 hours)", "30 3 * * *"],
    ["rate(7 days)", "30 3 * * 3"],
  ])("%s runs at the time of the Scheduler's StartDate", (expression, cron) => {
    expect(scheduleOf(expression, "2025-01-01T03:30:00Z")).toEqual({ cron });
  });

  test.each(["rate(1 day)", "rate(24 hours)", "rate(1440 minutes)", "rate(7 days)"])(
    "%s has no time without it",
    (expression) => {
      expect(scheduleOf(expression)).toEqual({
        why: "a rate counts from when it was made, so nobody knows at what time of the day it runs",
      });
    },
  );
});

test.each([
  ["at(2025-12-24T00:00:00)", "it runs once, and a cron job has no year"],
  ["cron(0 0 L * ? *)", "it says the last day or weekday of a month (L), which cron cannot"],
  ["cron(0 0 ? * 6L *)", "it says the last day or weekday of a month (L), which cron cannot"],
  ["cron(0 0 15W * ? *)", "it says the working day nearest to a date (W), which cron cannot"],
  ["cron(0 0 ? * 2#1 *)", "it says the n-th weekday of a month (#), which cron cannot"],
  ["cron(0 0 1 1 ? 2027)", "it names a year, and a cron job has none"],
  ["cron(0 0 1 1 ? 2025-2027)", "it names a year, and a cron job has none"],
  ["cron(0 0 * * *)", "it has not six fields"],
  ["cron(0 25 * * ? *)", "cron does not know these fields"],
  ["cron(0 7 ? * 0 *)", "cron does not know these fields"],
  ["rate(7 minutes)", "it does not divide an hour or a day, and cron counts each of them from its beginning"],
  ["rate(5 hours)", "it does not divide an hour or a day, and cron counts each of them from its beginning"],
  ["0 7 * * *", "it is neither cron(), rate() nor at()"],
  ["", "it is neither cron(), rate() nor at()"],
])("%s is no schedule: %s", (expression, why) => {
  expect(scheduleOf(expression)).toEqual({ why });
});
