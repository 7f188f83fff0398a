import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";

/** How DNS is asked. */
export interface DnsOptions {
  /** Who stands in for the system's resolver: addresses, with a port where it is not 53 (127.0.0.1:5353, [::1]:5353). @default the system's */
  readonly resolvers?: readonly string[];
  /** How long one try waits, in milliseconds; a question has two, of which the second waits twice as long. @default 2000 */
  readonly timeoutMs?: number;
}

const TIMEOUT = 2_000;
const TRIES = 2;

/** Asks some servers, or the system's own where none are given. */
export function resolverAt(servers: readonly string[] | undefined, { timeoutMs = TIMEOUT }: DnsOptions): Resolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return resolver;
}

/** What c-ares calls an answer: it came, and there is nothing of this type (ENODATA), or no such name (ENOTFOUND). */
export const isNothing = (code: string): boolean => code === "ENODATA" || code === "ENOTFOUND";

/** Of an error of node:dns, such as ETIMEOUT, ESERVFAIL, EREFUSED. */
export const codeOf = (error: unknown): string => {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return String(code ?? name);
};

/** A name as it is compared: in lower case, without the dot at its end. */
export const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** An address and a port, or a name and a port, taken apart; of an IPv6 address the port stands behind its brackets. */
export function hostAndPort(text: string): { readonly host: string; readonly port?: string } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  const [, host = text, port] = bracketed ?? (isIP(text) ? [] : (/^([^:]+):(\d+)$/.exec(text) ?? []));
  return port === undefined ? { host } : { host, port };
}
