import { describe, expect, it } from "vitest";
import { isSeen, printable, printableLines } from "../../model/printable";
import { UserError } from "../../model/user-error";

describe("printable", () => {
  it.each([
    ["an escape of a terminal", "a\u001b[31mred", "a\\u001b[31mred"],
    ["its one-byte form", "a\u009b31mred", "a\\u009b31mred"],
    ["line breaks", "a\r\nb\n", "a\\r\\nb\\n"],
    ["a tab", "a\tb", "a\\tb"],
    ["a bell, a backspace and a delete", "\u0007\b\u007f", "\\u0007\\u0008\\u007f"],
    ["separators of lines and paragraphs", "a\u2028b\u2029c", "a\\u2028b\\u2029c"],
    ["what turns text around", "\u202egnp.\u2066x\u200f", "\\u202egnp.\\u2066x\\u200f"],
    ["what nobody sees", "a\u200bb\ufeff\u00ad\u{e0041}", "a\\u200bb\\ufeff\\u00ad\\udb40\\udc41"],
    ["half a character", "\ud83d", "\\ud83d"],
    ["an order to GitHub's runner", "::add-mask::x", "\\u003a:add-mask::x"],
    ["one behind blanks", " \u3000::set-output name=a::b", " \u3000\\u003a:set-output name=a::b"],
    ["one in the older form, anywhere", "a ##[add-mask]b", "a \\u0023#[add-mask]b"],
    ["what looks like one", "a::b ::c", "a::b ::c"],
    ["what people write", "año – 漢字 🙂 #1 [x]", "año – 漢字 🙂 #1 [x]"],
  ])("shows %s", (_, text, shown) => {
    expect(printable(text)).toBe(shown);
    expect(printable(shown)).toBe(shown);
  });
});

describe("isSeen", () => {
  it.each([
    ["año – 漢字 🙂", true],
    ["::add-mask::x", true],
    ["a\u0000b", false],
    ["a\u200bb", false],
    ["a\n", false],
  ])("of %j: %s", (text, is) => {
    expect(isSeen(text)).toBe(is);
  });
});

describe("printableLines", () => {
  it("keeps lines and tabs, and lets none of them act", () => {
    expect(printableLines("a\tb\r\n  ::error::c\n##[group]\u001b[0m")).toBe(
      "a\tb\n  \\u003a:error::c\n\\u0023#[group]\\u001b[0m",
    );
  });

  it("is what a user's mistake is told in, whatever was quoted", () => {
    expect(new UserError("x: \u001b[2Jgone\n  next: y").message).toBe("x: \\u001b[2Jgone\n  next: y");
  });
});
