import { resourceIds } from "../deploy/resource-ids";
import type { SynthesizedStack } from "../program/stacks";
import type { StateFile } from "../terraform/state-file";

/** A few of what is wrong; all of it would be a page. */
const SHOWN = 5;

/**
 * Why a state is none of a stack's own, in a line each. Two environments have the same addresses, because they are made by
 * the same classes; what is behind them has other ids.
 * @param subscription that the stack is in; an empty text where nobody knows, and then only the rest of each id counts
 */
export function foreignTo(
  { id: name, json }: Pick<SynthesizedStack, "id" | "json">,
  { addresses, ids }: Pick<StateFile, "addresses" | "ids">,
  subscription: string,
): string[] {
  const computed = resourceIds(json, subscription);
  const program = new Set(
    Object.entries(json.resource ?? {}).flatMap(([type, byName]) => Object.keys(byName).map((one) => `${type}.${one}`)),
  );
  const known = addresses.filter((address) => program.has(address.replace(/\[.*| \(deposed .*/, "")));
  if (addresses.length > 0 && program.size > 0 && known.length === 0)
    return [`none of its ${addresses.length} resources is one of ${name}, such as ${addresses[0]}`];
  const strangers = known.flatMap((address) => {
    const [ours, theirs] = [computed.get(address), ids.get(address)];
    if (ours === undefined || theirs === undefined || !isComparable(ours) || !isComparable(theirs)) return [];
    return comparable(ours, subscription) === comparable(theirs, subscription)
      ? []
      : [`${address} is ${theirs} there, and ${ours} here`];
  });
  const more = strangers.length - SHOWN;
  return [...strangers.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** An id of Azure that is all known: what is looked up first stands in it as a reference. */
const isComparable = (id: string): boolean => id.startsWith("/subscriptions/") && !id.includes("${");

/** Azure compares ids without case. */
function comparable(id: string, subscription: string): string {
  const lower = id.toLowerCase();
  return subscription === "" ? lower.replace(/^\/subscriptions\/[^/]*/, "") : lower;
}
