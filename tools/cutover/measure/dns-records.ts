import type { Resolver } from "node:dns/promises";
import { isMeasured, type NotMeasured, notMeasured } from "./not-measured";
import { codeOf, type DnsOptions, isNothing, plainName, resolverAt } from "./resolver";

/** One authority that may issue certificates, by the name that it gives itself in CAA, such as letsencrypt.org. */
export interface CaaIssuer {
  readonly authority: string;
  /** What follows behind semicolons, such as validationmethods or accounturi (RFC 8657). */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The records that decide who may issue for a host. */
export interface Caa {
  /** The name whose records they are: the host's, or the closest one above that has any. Absent when none has. */
  readonly at?: string;
  /** What that name is a CNAME of: the records stand there, in somebody else's zone perhaps. */
  readonly through?: string;
  /** Nobody when it is empty and `isRestricted`. */
  readonly issuers: readonly CaaIssuer[];
  /** Whether any record says who may issue (`issue`); without one everybody may. */
  readonly isRestricted: boolean;
  /** Tags that an authority must know or else issue nothing. */
  readonly critical: readonly string[];
}

const KNOWN_TAGS = ["issue", "issuewild", "iodef", "contactemail", "contactphone", "issuemail"];

/**
 * The name servers that a resolver finds for a zone, in lower case, sorted; none when it is not delegated. A resolver is
 * led by the parent and then asks the zone itself, so these are the servers of the zone that the world sees.
 */
export async function delegatedServers(zone: string, options: DnsOptions = {}): Promise<string[] | NotMeasured> {
  const found = await ask(`NS of ${zone}`, () => resolverAt(options.resolvers, options).resolveNs(zone));
  return isMeasured(found) ? found.map(plainName).sort() : found;
}

/** The addresses of a name of one family, with their TTL in seconds; none when it has none. */
export function addressesOf(
  host: string,
  type: "A" | "AAAA",
  options: DnsOptions = {},
): Promise<readonly { readonly address: string; readonly ttl: number }[] | NotMeasured> {
  const resolver = resolverAt(options.resolvers, options);
  const ttl = { ttl: true } as const;
  return ask(`${type} of ${host}`, () => (type === "A" ? resolver.resolve4(host, ttl) : resolver.resolve6(host, ttl)));
}

/** Where a name's CNAME leads, without the last dot; undefined when it has none. */
export async function cnameOf(host: string, options: DnsOptions = {}): Promise<string | undefined | NotMeasured> {
  const found = await ask(`CNAME of ${host}`, () => resolverAt(options.resolvers, options).resolveCname(host));
  return isMeasured(found) ? found.map(plainName)[0] : found;
}

/**
 * Who may issue certificates for a host (RFC 8659, section 3): the records of the host itself, through its CNAMEs, or of
 * the closest name above that has some. What stands above a CNAME's target does not count, its own records do.
 * A question that fails is no permission: Let's Encrypt refuses to issue when a CAA lookup fails (letsencrypt.org/docs/caa).
 */
export async function caaOf(host: string, options: DnsOptions = {}): Promise<Caa | NotMeasured> {
  const labels = plainName(host).split(".");
  for (let depth = 0; depth < labels.length; depth += 1) {
    const name = labels.slice(depth).join(".");
    const records = await ask(`CAA of ${name}`, () => resolverAt(options.resolvers, options).resolveCaa(name));
    if (!isMeasured(records)) return records;
    if (records.length > 0) return { at: name, ...(await aliasOf(name, options)), ...caaFrom(records) };
  }
  return { issuers: [], isRestricted: false, critical: [] };
}

/**
 * Whether an authority may issue for a name that is no wildcard, by a given validation.
 * @param authority as in CAA: letsencrypt.org; amazon.com
 * @param method as in RFC 8657, such as dns-01
 */
export function mayIssue({ critical, isRestricted, issuers }: Caa, authority: string, method?: string): boolean {
  if (critical.some((tag) => !KNOWN_TAGS.includes(tag))) return false;
  if (!isRestricted) return true;
  return issuers.some((issuer) => {
    const methods = issuer.parameters["validationmethods"]?.split(",").map((one) => one.trim());
    const isTaken = method === undefined || methods === undefined || methods.includes(method);
    return issuer.authority === authority && isTaken;
  });
}

/** As node:dns gives them: the tag is a key, and bit 128 of `critical` means what its name says. */
type CaaAnswer = Awaited<ReturnType<Resolver["resolveCaa"]>>[number];

/** What all records of one name say together. */
export function caaFrom(records: readonly CaaAnswer[]): Caa {
  const issue = records.flatMap(({ issue }) => (issue === undefined ? [] : [issuerOf(issue)]));
  return {
    // An empty name is an explicit nobody.
    issuers: issue.filter(({ authority }) => authority !== ""),
    isRestricted: issue.length > 0,
    critical: records
      .filter(({ critical }) => critical >= 128)
      .flatMap((record) => Object.keys(record).filter((key) => key !== "critical" && key !== "type")),
  };
}

function issuerOf(value: string): CaaIssuer {
  const [authority = "", ...rest] = value.split(";").map((part) => part.trim());
  const parameters = rest.flatMap((part) => {
    const [, name, text = ""] = /^([\w-]+)\s*=\s*(.*)$/.exec(part) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), text] as const];
  });
  return { authority: authority.toLowerCase(), parameters: Object.fromEntries(parameters) };
}

async function aliasOf(name: string, options: DnsOptions): Promise<Pick<Caa, "through">> {
  const [alias] = await resolverAt(options.resolvers, options)
    .resolveCname(name)
    .catch(() => []);
  return alias === undefined ? {} : { through: plainName(alias) };
}

/** What a resolver says; an empty list when it says that there is none. */
async function ask<T>(what: string, send: () => Promise<readonly T[]>): Promise<readonly T[] | NotMeasured> {
  try {
    return await send();
  } catch (error) {
    const code = codeOf(error);
    if (isNothing(code)) return [];
    return notMeasured(
      `${what}: the resolver did not answer (${code}); look at this machine's resolver and network, then again`,
    );
  }
}
