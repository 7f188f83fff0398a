import { describe, expect, it } from "vitest";
import { CRON, cronMeantBy, hasWholeRanges } from "../../model/schema/cron";
import { NO_SCHEDULES, SCHEDULES } from "../support/fixtures/schedules";

const isCron = (schedule: string) => CRON.test(schedule) && hasWholeRanges(schedule);

describe("a schedule", () => {
  it.each(SCHEDULES)("%j is one", (schedule) => {
    expect([isCron(schedule), cronMeantBy(schedule)]).toEqual([true, undefined]);
  });

  it.each(NO_SCHEDULES)("%j is none, and %j was meant", (schedule, meant) => {
    expect([isCron(schedule), cronMeantBy(schedule)]).toEqual([false, meant]);
  });

  it("is never guessed into one that Kubernetes would refuse", () => {
    for (const [, meant] of NO_SCHEDULES)
      if (meant !== undefined) expect([meant, isCron(meant)]).toEqual([meant, true]);
  });
});
