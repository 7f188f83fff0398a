import { expect, test } from "vitest";
import { parseStrictly } from "../../../../tools/import/read-input";
import { rolePoliciesIn } from "../../../../tools/import/service/unwrap-role";

const shown = { is: "a service", by: "aws ecs describe-services" };
const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

test.each([
  ["closed", nested(101)],
  ["left open", "[".repeat(100_000)],
  ["of objects", '{"a":'.repeat(20_000)],
])("JSON that is nested too deep, %s, is refused in one sentence", (_, text) => {
  expect(() => parseStrictly(text, "s.json", shown)).toThrow(
    "s.json: is nested deeper than 100 levels, and a service never is; nothing was written\n  next: aws ecs describe-services",
  );
});

test("brackets side by side and in words are no depth", () => {
  const text = `[${nested(99)}, "${nested(200)}", ${"[],".repeat(200)}[]]`;
  expect(parseStrictly(text, "s.json", shown)).toEqual(JSON.parse(text));
});

test("a policy's text that is nested too deep is refused in one sentence", () => {
  expect(() => rolePoliciesIn({ PolicyName: "p", PolicyDocument: nested(100_000) }, "p.json")).toThrow(
    "p.json: has a policy document that is nested too deep to be one; nothing was written",
  );
});
