import ipaddr from "ipaddr.js";

/** How Azure reads ranges; the program has its own reading, which is judged by this one. */
interface Cidr {
  readonly address: ipaddr.IPv4;
  readonly prefix: number;
}

/** @returns undefined for what is no IPv4 range, or does not start at its first address */
export function parseCidr(text: string): Cidr | undefined {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return undefined;
  const [address, prefix] = ipaddr.IPv4.parseCIDR(text);
  const first = ipaddr.IPv4.networkAddressFromCIDR(text);
  return address.toString() === first.toString() ? { address, prefix } : undefined;
}

/** Whether all of `inner` is in `outer`; false for what is no range. */
export function isWithin(inner: string, outer: string): boolean {
  const [small, large] = [parseCidr(inner), parseCidr(outer)];
  if (!small || !large || small.prefix < large.prefix) return false;
  return small.address.match(large.address, large.prefix);
}

/** Whether two ranges share an address: of two CIDR ranges that do, one is in the other. */
export const isShared = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);

/** The address `offset` after the first of a range. */
export function addressIn(cidr: string, offset: number): string | undefined {
  const parsed = parseCidr(cidr);
  if (!parsed) return undefined;
  const bytes = parsed.address.toByteArray();
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) + offset;
  return bytes.join(".");
}

/** What AKS keeps for itself: learn.microsoft.com/azure/aks/concepts-network-ip-address-planning. */
export const KEPT_BY_AKS: readonly string[] = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];
