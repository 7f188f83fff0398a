import { InvalidArgumentError } from "commander";

/** What an option takes more than once. */
export const more = (one: string, before: readonly string[] = []): string[] => [...before, one];

/** NAME=TEXT, once for each name. */
export function pairs(typed: string, before: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const [, name, text] = /^([a-z][a-z0-9-]*)=(.+)$/s.exec(typed) ?? [];
  if (name === undefined || text === undefined) throw new InvalidArgumentError("it must be NAME=TEXT.");
  return new Map([...before, [name, text]]);
}

/** A number of requests or of percent. */
export function count(typed: string): number {
  if (!/^\d{1,3}$/.test(typed) || Number(typed) > 100 || Number(typed) < 1)
    throw new InvalidArgumentError("it must be a whole number from 1 to 100.");
  return Number(typed);
}
