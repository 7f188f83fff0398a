import { expect, it } from "vitest";
import { z } from "zod";
import { issue } from "../../model/rules/issue";
import { evaluateShape } from "../../model/rules/shape";

const text = z.string("must be text");
const shape = evaluateShape(z.strictObject({ a: z.object({ b: text, bc: text }), ab: text }), {
  a: { b: 1, bc: "x" },
  ab: "x",
});

it("a field is sound when nothing is wrong at it, above it or below it", () => {
  expect(["a", "a.b", "a.b.c", "a.bc", "ab"].map((path) => [path, shape.isSound(path)])).toEqual([
    ["a", false],
    ["a.b", false],
    ["a.b.c", false],
    ["a.bc", true],
    ["ab", true],
  ]);
});

it("a rule's issue is news when neither its field nor what it was judged by is wrong already", () => {
  const news = (path: string, ...by: string[]) => shape.news([issue(path, 1, "must", by)]).length === 1;
  expect([news("a.b"), news("a.b.c"), news("a"), news("a.bc"), news("ab", "a.bc"), news("ab", "a.b")]).toEqual([
    false,
    false,
    true,
    true,
    true,
    false,
  ]);
});
