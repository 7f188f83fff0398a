import { describe, expect, it } from "vitest";
import { type Evidence, evidenceText, readEvidence } from "../../../model/recovery/evidence";

const EVIDENCE: Evidence = {
  drill: "vault",
  date: "2026-12-10",
  place: "here",
  environment: "staging",
  by: null,
  lost: ["the vault of the backend"],
  done: ["recovered it", "applied staging-infra"],
  back: ["every secret, compared by its version"],
  counts: { secrets: { before: 3, after: 3 }, "role assignments": { before: 2, after: 2 } },
  seconds: 41,
};
const FILE = "recovery/evidence/vault/2026-12-10.json";
const AGAIN = "git checkout brings it back; else remove it and make the drill again";

describe("evidence of a drill", () => {
  it("is read as it was written, whatever order its fields were in", () => {
    const turned = Object.fromEntries(Object.entries(EVIDENCE).reverse()) as Evidence;
    expect(readEvidence(FILE, evidenceText(EVIDENCE))).toEqual(EVIDENCE);
    expect(evidenceText({ ...turned, counts: Object.fromEntries(Object.entries(EVIDENCE.counts).reverse()) })).toBe(
      evidenceText(EVIDENCE),
    );
  });

  it("is the second of its day under a number", () => {
    expect(readEvidence(FILE.replace(".json", "-2.json"), evidenceText(EVIDENCE))).toEqual(EVIDENCE);
  });

  it.each([
    ["another day", (text: string) => text.replaceAll("2026-12-10", "2027-06-10")],
    ["another count", (text: string) => text.replaceAll(": 3", ": 4")],
    ["other words", (text: string) => text.replace("every secret", "nearly every secret")],
    ["another place", (text: string) => text.replace('"here"', '"azure"')],
    ["no digest", (text: string) => text.replace(/,\n {2}"digest".*/, "")],
  ])("is refused in one line when somebody wrote %s into it", (_, edit) => {
    const text = edit(evidenceText(EVIDENCE));
    expect(text).not.toBe(evidenceText(EVIDENCE));
    expect(() => readEvidence(FILE, text)).toThrow(
      `${FILE}: was edited by hand: its digest is of another content; ${AGAIN}`,
    );
  });

  it.each([
    ["", "drill must be one of state, region, cluster, vault, registry, database, repository, date must be"],
    ["[]", "drill must be one of"],
    [evidenceText(EVIDENCE).slice(0, 200), "drill must be one of"],
    ["null", "drill must be one of"],
    [evidenceText(EVIDENCE).replace('"after": 3', '"after": 2'), "counts.secrets were 3 and are 2"],
    [evidenceText(EVIDENCE).replace('"seconds": 41', '"seconds": 41, "rto": 41'), "must be absent"],
  ])("is refused in one line when it is none: %j", (text, why) => {
    const told = messageOf(() => readEvidence(FILE, text));
    expect(told.startsWith(`${FILE}: is no evidence of a drill: `)).toBe(true);
    expect(told).toContain(why);
    expect(told.split("\n")).toHaveLength(1);
  });

  it.each(["recovery/evidence/state/2026-12-10.json", "recovery/evidence/vault/2026-12-11.json", "2026-12-10.json"])(
    "is refused where it does not belong: %s",
    (file) => {
      expect(() => readEvidence(file, evidenceText(EVIDENCE))).toThrow(
        `${file}: is of the drill vault of 2026-12-10; move it to where it belongs`,
      );
    },
  );

  it("is not written of a drill that did not bring everything back, nor with what looks like a secret", () => {
    const counts = { secrets: { before: 3, after: 2 } };
    const key = `AKIA${"A".repeat(16)}`;
    expect(messageOf(() => evidenceText({ ...EVIDENCE, counts, back: [`the key ${key}`] }))).toBe(
      "drill vault: back.0 looks like an access key of AWS: evidence names, and quotes no value, counts.secrets were 3 and are 2: not everything came back, so this drill has failed and leaves no evidence; nothing was written",
    );
    expect(() => evidenceText({ ...EVIDENCE, counts: {} })).toThrow("counts must count something");
    expect(() => evidenceText({ ...EVIDENCE, back: [] })).toThrow("back must be at least one sentence");
    expect(() => evidenceText({ ...EVIDENCE, lost: ["a\nb"] })).toThrow("lost.0 must be on one line");
  });
});

function messageOf(go: () => unknown): string {
  try {
    go();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}
