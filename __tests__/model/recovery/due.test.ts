import { describe, expect, it } from "vitest";
import { standingsOf } from "../../../model/recovery/due";
import type { Evidence } from "../../../model/recovery/evidence";
import { DRILL_NAMES, type Drill } from "../../../model/recovery/plan";
import { bilingual } from "../../../model/text";
import { DRILLS, PLAN } from "../../../recovery/plan";

const drill: Drill = {
  name: "vault",
  proves: bilingual("it", "ello"),
  how: "command",
  everyDays: 30,
  inAzure: { everyDays: 90, steps: [], evidence: bilingual("it", "ello") },
};
const made = (date: string, place: Evidence["place"] = "here", name: Evidence["drill"] = "vault"): Evidence => ({
  drill: name,
  date,
  place,
  environment: "staging",
  by: null,
  lost: ["it"],
  done: ["it"],
  back: ["it"],
  counts: { it: { before: 1, after: 1 } },
  seconds: 1,
});
const [here, azure] = ["here", "azure"].map((place) => ({ drill: "vault", place }));

describe("how a drill stands", () => {
  it.each([
    ["2026-12-01", "never run", "never run"],
    ["2026-12-31", "never run", "never run"],
    ["2027-01-01", "overdue", "never run"],
    ["2027-03-01", "overdue", "never run"],
    ["2027-03-02", "overdue", "overdue"],
  ])("on %s, when nobody ever made it", (on, isHere, isInAzure) => {
    expect(standingsOf([drill], [made("2026-12-02", "here", "state")], { on, plannedOn: "2026-12-01" })).toEqual([
      { ...here, is: isHere, last: null, until: "2026-12-31" },
      { ...azure, is: isInAzure, last: null, until: "2027-03-01" },
    ]);
  });

  it.each([
    ["2027-01-05", { is: "good", last: "2027-01-05", until: "2027-02-04" }],
    ["2027-02-04", { is: "good", last: "2027-01-05", until: "2027-02-04" }],
    ["2027-02-05", { is: "overdue", last: "2027-01-05", until: "2027-02-04" }],
    // What was made later does not count for a day before it.
    ["2027-01-04", { is: "good", last: "2026-12-20", until: "2027-01-19" }],
  ])("on %s, by the last one that was made until then", (on, standing) => {
    const evidence = [made("2027-01-05"), made("2026-12-20")];
    expect(standingsOf([drill], evidence, { on, plannedOn: "2026-12-01" })[0]).toEqual({ ...here, ...standing });
  });

  it("in Azure, by what was made there: a stand-in proves nothing of it", () => {
    const evidence = [made("2027-01-05"), made("2026-12-05", "azure")];
    expect(standingsOf([drill], evidence, { on: "2027-01-06", plannedOn: "2026-12-01" })[1]).toEqual({
      ...azure,
      is: "good",
      last: "2026-12-05",
      until: "2027-03-05",
    });
  });

  it("by hand, in Azure alone", () => {
    expect(
      standingsOf([{ ...drill, how: "by hand" }], [], { on: "2026-12-01", plannedOn: "2026-12-01" }).map(
        ({ place }) => place,
      ),
    ).toEqual(["azure"]);
  });
});

describe("the drills", () => {
  it("are those of the list, each once", () => {
    expect(DRILLS.map(({ name }) => name)).toEqual(DRILL_NAMES);
  });

  it("each walk a row of the plan", () => {
    const walked = PLAN.flatMap(({ drill }) => (typeof drill === "string" ? [drill] : []));
    expect(DRILL_NAMES.filter((name) => !walked.includes(name))).toEqual([]);
  });
});
