import { describe, expect, it } from "vitest";
import { answersIn, withDecisions } from "../../../tools/import/decisions-file";
import { ACCEPTED } from "../../../tools/import/question";

const FILE = "imports/staging/backend.decisions.yaml";
const DECISION = {
  id: "env:A",
  risk: "wrong secret",
  asks: "Is A a secret?",
  options: [{ answer: "secret", means: "it is" }, ACCEPTED],
  without: "it is one",
  about: ["taskDefinition: a.b"],
} as const;

describe("the answers' file", () => {
  it("has every question with what it takes, and no answer", () => {
    const text = withDecisions(undefined, FILE, [DECISION]);
    expect(text.replace(/^#.*\n/gm, "").trim()).toBe(
      [
        "decisions:",
        "  env:A:",
        "    risk: wrong secret",
        "    asks: Is A a secret?",
        "    options: secret, or accepted",
        "    without: it is one",
        "    about:",
        '      - "taskDefinition: a.b"',
        "    answer: null",
      ].join("\n"),
    );
    expect(answersIn(text, FILE)).toEqual(new Map());
  });

  it("keeps answers and comments, and what is not asked any more", () => {
    const text =
      "# ours\ndecisions:\n  env:A:\n    asks: old\n    answer: secret # says Ops\n  gone:\n    answer: yes\n";
    const again = withDecisions(text, FILE, [DECISION]);
    expect(again).toContain("# ours\n");
    expect(again).toContain("    answer: secret # says Ops\n");
    expect(again).toContain("asks: Is A a secret?");
    expect([...answersIn(again, FILE)]).toEqual([
      ["env:A", "secret"],
      ["gone", "yes"],
    ]);
    expect(withDecisions(again, FILE, [DECISION])).toBe(again);
  });

  it.each([
    ["decisions: [", "mend it there: answers of yours are in it"],
    ["a list", "must be a mapping with decisions, each by its id"],
    ["decisions:\n  a:\n    answer: [1]\n", "a: the answer must be a word or a text, such as one of its options"],
  ])("is refused, and not overwritten, when it is something else: %j", (text, sentence) => {
    expect(() => answersIn(text, FILE)).toThrow(sentence);
  });
});
