import { describe, expect, it } from "vitest";
import { codeBlock, codeSpan } from "../../../tools/pipeline/markdown";

const WHOLE = { most: 1000, rest: "the rest is elsewhere" };
const ticks = (count: number) => "`".repeat(count);

describe("codeBlock", () => {
  it("quotes a text as it is", () => {
    expect(codeBlock("one\n\ttwo\n\n", WHOLE)).toBe("```text\none\n\ttwo\n```");
  });

  it.each([
    ["a fence", `a\n${ticks(3)}\n# No changes`, `${ticks(4)}text\na\n${ticks(3)}\n# No changes\n${ticks(4)}`],
    ["a longer one", `a\n  ${ticks(12)}\nb`, `${ticks(13)}text\na\n  ${ticks(12)}\nb\n${ticks(13)}`],
    ["a comment", "a\n<!--\nb", "```text\na\n<!--\nb\n```"],
    [
      "a carriage return",
      `a\r${ticks(3)}\r# No changes`,
      `${ticks(4)}text\na\\r${ticks(3)}\\r# No changes\n${ticks(4)}`,
    ],
    ["one before a line break", "a\r\nb", "```text\na\\r\nb\n```"],
    ["NEL", "a\u0085```", `${ticks(4)}text\na\\u0085\`\`\`\n${ticks(4)}`],
    ["a line separator", "a\u2028# No changes\u2029", "```text\na\\u2028# No changes\\u2029\n```"],
    ["an escape", "a\u001b[2K\u001b[1Ab", "```text\na\\u001b[2K\\u001b[1Ab\n```"],
    ["what turns the line around", "a\u202eb\u2066c\u200fd", "```text\na\\u202eb\\u2066c\\u200fd\n```"],
    ["what is seen nowhere", "a\u200bb\ufeffc\u0000d", "```text\na\\u200bb\\ufeffc\\u0000d\n```"],
    [
      "an order to the runner",
      "a\n::add-mask::b\n##[group]c",
      "```text\na\n\\u003a:add-mask::b\n\\u0023#[group]c\n```",
    ],
  ])("does not let %s out", (_, text, block) => {
    expect(codeBlock(text, WHOLE)).toBe(block);
  });

  it("cuts no character in two, and says where the rest is", () => {
    expect(codeBlock("──", { most: 4, rest: "the rest is elsewhere" })).toBe(
      "```text\n─\n```\n\nCut; the rest is elsewhere.",
    );
    expect(codeBlock("──", { most: 6, rest: "the rest is elsewhere" })).toBe("```text\n──\n```");
  });

  it("counts the backticks that are left", () => {
    expect(codeBlock(`ab${ticks(5)}`, { most: 2, rest: "…" })).toBe("```text\nab\n```\n\nCut; ….");
  });
});

describe("codeSpan", () => {
  it.each([
    ["Plan: 1 to add.", "`Plan: 1 to add.`"],
    ["a`b", "``a`b``"],
    ["`a``b`", "``` `a``b` ```"],
    ["a\r\n# No changes", "`a\\r\\n# No changes`"],
    ["@owner <b> [x](y)", "`@owner <b> [x](y)`"],
  ])("%j stays a word in its sentence", (text, span) => {
    expect(codeSpan(text)).toBe(span);
  });
});
