import { describe, expect, it } from "vitest";
import type { AdoptedName, FoundRecord } from "../../../model/cutover/schema";
import { withWhatWasSaid } from "../../../tools/cutover/found-record";
import { API } from "../../support/cutover-names";

const [A, AAAA] = API.aws as [FoundRecord, FoundRecord];
const kept: AdoptedName = { ...API, aws: [{ ...A, keepsTargetHealth: "fails over" }, AAAA] };
const reason = (rule: string, why: string, date = "2026-12-01") => ({ rule, why, by: "Ops", date });

describe("a name that is found again", () => {
  it("is as it was found when nobody has said anything of it", () => {
    expect(withWhatWasSaid(API, undefined)).toEqual(API);
    expect(withWhatWasSaid(API, API, [])).toEqual(API);
  });

  it("keeps the reason for a health flag at the same record, and at no other", () => {
    expect(withWhatWasSaid(API, kept)).toEqual(kept);
    const elsewhere = {
      ...API,
      aws: [{ ...A, alias: { ...A.alias, name: "other.example.net" } } as FoundRecord, AAAA],
    };
    expect(withWhatWasSaid(elsewhere, kept)).toEqual(elsewhere);
    const plain: AdoptedName = { ...API, aws: [{ type: "A", ttl: 60, values: ["192.0.2.1"] }] };
    expect(withWhatWasSaid(plain, kept)).toEqual(plain);
  });

  it("keeps what was accepted, and takes a reason that is given anew for the one before", () => {
    const before = { ...API, accepted: [reason("r2", "no one is in it"), reason("r8", "frozen")] };
    expect(withWhatWasSaid(API, before)).toEqual(before);
    expect(withWhatWasSaid(API, before, [reason("r8", "left Amplify", "2026-12-02")]).accepted).toEqual([
      reason("r2", "no one is in it"),
      reason("r8", "left Amplify", "2026-12-02"),
    ]);
    expect(withWhatWasSaid(API, before, [reason("r8", "frozen", "2026-12-02")]).accepted).toEqual(before.accepted);
  });
});
