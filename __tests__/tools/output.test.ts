import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { answer, coloursOf, complain, remarks, say, sayAll } from "../../tools/output";

const printed = { log: [] as string[], error: [] as string[] };
beforeEach(() => {
  for (const stream of ["log", "error"] as const) {
    printed[stream] = [];
    vi.spyOn(console, stream).mockImplementation((line) => void printed[stream].push(line));
  }
});
afterEach(() => vi.restoreAllMocks());

it("says and complains with nothing in it that acts, and paints after that", () => {
  say("a\u001b[31m\n::error::b", (text) => `<${text}>`);
  sayAll("a\n::error::b\u009b", (text) => `<${text}>`);
  complain("##[error]c\r\nd");
  expect(printed).toEqual({
    log: ["<a\\u001b[31m\\n::error::b>", "<a\n\\u003a:error::b\\u009b>"],
    error: ["\\u0023#[error]c\\r\\nd"],
  });
});

it("answers people in lines, and a program in JSON alone", () => {
  answer(false, { x: 1 }, () => say("one"));
  answer(true, { x: "\u009b \u2028 \u{e0041} ##[x] ::y::" }, () => say("two"));
  expect(printed.log[0]).toBe("one");
  expect(printed.log[1]).toBe('{\n  "x": "\\u009b \\u2028 \\udb40\\udc41 \\u0023#[x] ::y::"\n}');
  expect(JSON.parse(printed.log[1] ?? "")).toEqual({ x: "\u009b \u2028 \u{e0041} ##[x] ::y::" });
  expect(printed.error).toEqual([]);
});

it("says how work goes on where no program reads it", () => {
  remarks(false)("one");
  remarks(true)("two");
  expect(printed).toEqual({ log: ["one"], error: ["two"] });
});

it("gives a log no colours", () => {
  expect(coloursOf({}).red("x")).toBe("x");
  expect(coloursOf({ isTTY: false }).red("x")).toBe("x");
});
