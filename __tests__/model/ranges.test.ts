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

  it.each(["0x0a.0.0.1/32", "10/8", "10.1/16", "167772161/32", "10.0.0.0", "10.0.0.0/33", "256.0.0.0/8"])(
    "takes %s for no range, though some programs do",
    (cidr) => {
      expect(parseRange(cidr)).toEqual({
        issue: "must be an IPv4 range such as 10.40.0.0/16 (no such address or prefix)",
      });
    },
  );

  it.each(["010.0.0.1/32", "10.00.0.0/16", "10.0.0.0/08"])("refuses %s, which is not the same everywhere", (cidr) => {
    expect(parseRange(cidr)).toEqual({
      issue: "must be an IPv4 range without leading zeros (some read 010 as 10, and others as octal 8)",
    });
  });

  it("takes a zero that stands alone", () => {
    expect(parseRange("0.0.0.0/0")).toEqual({ first: 0, last: 0xffffffff, prefix: 0 });
  });

  it("knows the bounds of a range", () => {
    expect(parseRange("192.168.1.0/24")).toEqual({ first: 0xc0a80100, last: 0xc0a801ff, prefix: 24 });
  });
});
