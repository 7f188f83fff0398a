import { describe, expect, it } from "vitest";
import { contains, overlaps, parseRange } from "../../model/ranges";

describe("ranges", () => {
  it.each([
    ["10.0.0.0/8", "10.255.255.0/24", true],
    ["10.0.0.0/24", "10.0.1.0/24", false],
    ["0.0.0.0/0", "255.255.255.255/32", true],
    ["10.0.0.0/16", "nonsense", false],
  ])("%s overlaps %s: %s", (a, b, expected) => {
    expect(overlaps(a, b)).toBe(expected);
    expect(overlaps(b, a)).toBe(expected);
  });

  it.each([
    ["10.0.0.0/16", "10.0.255.0/24", true],
    ["10.0.0.0/24", "10.0.0.0/16", false],
    ["10.0.0.0/24", "10.0.0.0/24", true],
  ])("%s contains %s: %s", (outer, inner, expected) => {
    expect(contains(outer, inner)).toBe(expected);
  });

  it("knows the bounds of a range", () => {
    expect(parseRange("192.168.1.0/24")).toEqual({ first: 0xc0a80100, last: 0xc0a801ff, prefix: 24 });
  });
});
