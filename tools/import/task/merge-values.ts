import { isRecord } from "../at";
import type { Values } from "./task";

/** Two parts of one draft: objects key by key, and everything else of the second over that of the first. */
export const mergeValues = (under: Values, over: Values): Values => merged(under, over) as Values;

function merged(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (!isRecord(under) || !isRecord(over)) return over;
  const keys = [...new Set([...Object.keys(under), ...Object.keys(over)])];
  return Object.fromEntries(keys.map((key) => [key, merged(under[key], over[key])]));
}
