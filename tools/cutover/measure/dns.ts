import type { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { countsOf } from "./counts";
import { isMeasured, type NotMeasured, notMeasured } from "./not-measured";
import { codeOf, type DnsOptions, hostAndPort, isNothing, plainName, resolverAt } from "./resolver";

/** What is asked, and what is counted as Azure. */
export interface Question {
  readonly host: string;
  /** The addresses at which Azure answers, of both families. */
  readonly azure: readonly string[];
  /** How often each server is asked for each type, at most 100. @default 20 for an authoritative server, 5 for a resolver */
  readonly times?: number;
}

/** What one server answered to the questions of one type. */
export interface Answers {
  /** Questions that got a reply, of whatever kind. */
  readonly answered: number;
  /** In how many replies an address stood; `CNAME name` where a server gave that alone. */
  readonly replies: Readonly<Record<string, number>>;
  /** Replies that held nothing of this type: with AAAA the usual case. */
  readonly empty: number;
  /** Of the replies that held something, the share whose every address is Azure's: 0 to 1. Absent when none held anything. */
  readonly azureShare?: number;
  /** The lowest and the highest TTL of an address, in seconds. node:dns tells none of a CNAME. */
  readonly ttl?: { readonly lowest: number; readonly highest: number };
  /** Questions without a reply, by c-ares's code for it. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface ServerAnswers {
  /** As it was given: the name of an authoritative server, the address of a resolver, or "the system's". */
  readonly server: string;
  readonly A: Answers | NotMeasured;
  readonly AAAA: Answers | NotMeasured;
}

type Type = "A" | "AAAA";
type Reply =
  | { readonly addresses: readonly { readonly address: string; readonly ttl: number }[] }
  | { readonly alias: string }
  | { readonly nothing: true }
  | { readonly failed: string };

/** A bound, so that a slip asks nobody a million times. */
const MOST = 100;
/** A server that is silent this often at the start is not asked on: each silence lasts seconds. */
const PATIENCE = 2;

/**
 * What each authoritative server of a zone answers now. The weights are theirs: Route 53 chooses anew for each question,
 * so the share of many answers is the share of the weights, give or take (of 20 answers at one half, 95 % of the runs
 * see 6 to 14).
 * @param servers names, such as those of the zone's delegation set, or addresses; with a port where it is not 53
 */
export const askAuthoritative = (
  { host, azure, times = 20 }: Question,
  servers: readonly string[],
  options: DnsOptions = {},
): Promise<ServerAnswers[]> =>
  Promise.all(
    servers.map(async (server) => {
      const at = await addressOf(server, options);
      if (!isMeasured(at)) return { server, A: at, AAAA: at };
      return askAt({ host, azure, times }, { server, at: [at], isAuthoritative: true }, options);
    }),
  );

/**
 * What resolvers answer now. Each keeps one answer for the TTL, so many questions to one tell little more than the first;
 * a public one is many machines behind one address, each with a memory of its own.
 * @param addresses of further resolvers, such as 1.1.1.1, besides the system's own, or who stands in for it, which comes first
 */
export const askResolvers = (
  { host, azure, times = 5 }: Question,
  addresses: readonly string[],
  options: DnsOptions = {},
): Promise<ServerAnswers[]> =>
  Promise.all(
    [
      { server: options.resolvers?.join(", ") ?? "the system's", at: options.resolvers, isAuthoritative: false },
      ...addresses.map((server) => ({ server, at: [server], isAuthoritative: false })),
    ].map((asked) => askAt({ host, azure, times }, asked, options)),
  );

/** The address of an authoritative server, as setServers takes it. */
async function addressOf(server: string, options: DnsOptions): Promise<string | NotMeasured> {
  const { host, port } = hostAndPort(server);
  if (isIP(host)) return server;
  try {
    const [address] = await resolverAt(options.resolvers, options).resolve4(host);
    if (address === undefined) throw Object.assign(new Error(), { code: "ENODATA" });
    return port === undefined ? address : `${address}:${port}`;
  } catch (error) {
    return notMeasured(
      `the address of ${server} is not to be had (${codeOf(error)}); look whether the zone is delegated to it, and at this machine's resolver`,
    );
  }
}

/** Who is asked: under which name the answers stand, and where. */
interface Asked {
  readonly server: string;
  /** The system's where it is undefined. */
  readonly at: readonly string[] | undefined;
  readonly isAuthoritative: boolean;
}

async function askAt(
  question: Required<Question>,
  { at, isAuthoritative, server }: Asked,
  options: DnsOptions,
): Promise<ServerAnswers> {
  const resolver = resolverOrWhy(server, at, options);
  if (!isMeasured(resolver)) return { server, A: resolver, AAAA: resolver };
  const of = (type: Type) => askOften(question, server, (host) => askOnce(resolver, host, type, isAuthoritative));
  const A = await of("A");
  // Who is silent about one type is silent about the other, and each silence lasts seconds.
  return { server, A, AAAA: isMeasured(A) ? await of("AAAA") : A };
}

function resolverOrWhy(server: string, at: Asked["at"], options: DnsOptions): Resolver | NotMeasured {
  try {
    return resolverAt(at, options);
  } catch {
    return notMeasured(
      `${server} is no address of a DNS server; write it as 1.1.1.1, or as 127.0.0.1:5353 with a port`,
    );
  }
}

async function askOften(
  { host, azure, times }: Required<Question>,
  server: string,
  ask: (host: string) => Promise<Reply>,
): Promise<Answers | NotMeasured> {
  const replies: Reply[] = [];
  while (replies.length < Math.min(times, MOST) && !isSilent(replies)) replies.push(await ask(host));
  const [first] = replies;
  if (first !== undefined && replies.every((reply) => "failed" in reply))
    return notMeasured(
      `${server} did not answer for ${host} (${"failed" in first ? first.failed : ""}); look whether UDP port 53 is open from here, then again`,
    );
  return summary(replies, azure);
}

const isSilent = (replies: readonly Reply[]): boolean =>
  replies.length >= PATIENCE && replies.every((reply) => "failed" in reply);

async function askOnce(resolver: Resolver, host: string, type: Type, isAuthoritative: boolean): Promise<Reply> {
  const ttl = { ttl: true } as const;
  const found = await reply(() => (type === "A" ? resolver.resolve4(host, ttl) : resolver.resolve6(host, ttl)));
  if ("failed" in found) return found;
  if (found.length > 0) return { addresses: found };
  if (!isAuthoritative) return { nothing: true };
  // An authoritative server does not follow a CNAME out of its zone: it gives that alone, which is no address.
  const aliases = await reply(() => resolver.resolveCname(host));
  if ("failed" in aliases) return aliases;
  const [alias] = aliases;
  return alias === undefined ? { nothing: true } : { alias: plainName(alias) };
}

/** What came back, which may be nothing: c-ares says so by an error, or by an empty list behind a CNAME. */
async function reply<T>(send: () => Promise<T[]>): Promise<T[] | { readonly failed: string }> {
  try {
    return await send();
  } catch (error) {
    const code = codeOf(error);
    return isNothing(code) ? [] : { failed: code };
  }
}

function summary(replies: readonly Reply[], azure: readonly string[]): Answers {
  const ours = new Set(azure.map(canonical));
  const held = replies.flatMap((reply) => {
    if ("addresses" in reply) return [[...new Set(reply.addresses.map(({ address }) => canonical(address)))]];
    return "alias" in reply ? [[`CNAME ${reply.alias}`]] : [];
  });
  const ttls = replies.flatMap((reply) => ("addresses" in reply ? reply.addresses.map(({ ttl }) => ttl) : []));
  const failures = replies.flatMap((reply) => ("failed" in reply ? [reply.failed] : []));
  const fromAzure = held.filter((values) => values.every((value) => ours.has(value))).length;
  return {
    answered: replies.length - failures.length,
    replies: countsOf(held.flat()),
    empty: replies.filter((reply) => "nothing" in reply).length,
    ...(held.length > 0 && { azureShare: fromAzure / held.length }),
    ...(ttls.length > 0 && { ttl: { lowest: Math.min(...ttls), highest: Math.max(...ttls) } }),
    failures: countsOf(failures),
  };
}

/** One way to write an address: an IPv6 address has many. */
const canonical = (address: string): string => (isIP(address) ? ipaddr.parse(address).toString() : address);
