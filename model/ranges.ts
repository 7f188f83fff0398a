import ipaddr from "ipaddr.js";

const NO_RANGE = "must be an IPv4 range such as 10.40.0.0/16 (no such address or prefix)";

/** Four decimal numbers and a prefix. The parser also reads hexadecimal, octal, and fewer than four. */
const DECIMAL = /^\d+(\.\d+){3}\/\d+$/;
const LEADING_ZERO = /\b0\d/;

/** The bounds of an IPv4 range as numbers, or what is wrong with it. */
export function parseRange(cidr: string): { first: number; last: number; prefix: number } | { issue: string } {
  if (!DECIMAL.test(cidr)) return { issue: NO_RANGE };
  if (LEADING_ZERO.test(cidr))
    return { issue: "must be an IPv4 range without leading zeros (some read 010 as 10, and others as octal 8)" };
  let address: ipaddr.IPv4;
  let prefix: number;
  try {
    [address, prefix] = ipaddr.IPv4.parseCIDR(cidr);
  } catch {
    return { issue: NO_RANGE };
  }
  const base = ipaddr.IPv4.networkAddressFromCIDR(cidr).toString();
  if (address.toString() !== base) {
    return { issue: `must be ${base}/${prefix} (Azure refuses a range that does not start at its first address)` };
  }
  const first = address.toByteArray().reduce((number, byte) => number * 256 + byte, 0);
  return { first, last: first + 2 ** (32 - prefix) - 1, prefix };
}

/** The address that lies `back` before the last one of a well-formed range; of a /22, 1 back is .254 of its last quarter. */
export function fromTheEnd(cidr: string, back: number): string {
  const parsed = parseRange(cidr);
  if ("issue" in parsed) throw new Error(`${cidr} ${parsed.issue}`);
  return [24, 16, 8, 0].map((bits) => Math.floor((parsed.last - back) / 2 ** bits) % 256).join(".");
}

const bounds = (cidr: string) => {
  const parsed = parseRange(cidr);
  return "issue" in parsed ? undefined : parsed;
};

/** Whether two ranges share an address; a malformed range shares none (it has an issue of its own). */
export function overlaps(a: string, b: string): boolean {
  const [left, right] = [bounds(a), bounds(b)];
  return left !== undefined && right !== undefined && left.first <= right.last && right.first <= left.last;
}

/** Whether `outer` holds all of `inner`; false for a malformed range. */
export function contains(outer: string, inner: string): boolean {
  const [around, within] = [bounds(outer), bounds(inner)];
  return around !== undefined && within !== undefined && around.first <= within.first && within.last <= around.last;
}
