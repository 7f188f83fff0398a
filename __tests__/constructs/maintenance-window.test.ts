import { describe, expect, it } from "vitest";
import { windowOf } from "../../constructs/maintenance-window";

const WEEKLY = { dayOfWeek: "Saturday", durationHours: 4, startTime: "22:00", utcOffset: "-05:00" };

describe("windowOf", () => {
  it("opens once a week, in the user's own time", () => {
    expect(windowOf(WEEKLY, [])).toEqual({
      frequency: "Weekly",
      interval: 1,
      duration: 4,
      dayOfWeek: "Saturday",
      startTime: "22:00",
      utcOffset: "-05:00",
      notAllowed: undefined,
    });
  });

  it("stays shut in each freeze", () => {
    const freezes = [
      { from: "2026-11-20", to: "2026-11-30" },
      { from: "2026-12-18", to: "2027-01-07" },
    ];
    expect(windowOf(WEEKLY, freezes).notAllowed).toEqual([
      { start: "2026-11-20T00:00:00Z", end: "2026-11-30T00:00:00Z" },
      { start: "2026-12-18T00:00:00Z", end: "2027-01-07T00:00:00Z" },
    ]);
  });
});
