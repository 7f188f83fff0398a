import type { RecordSet } from "../../model/cutover/route53";
import type { AdoptedName, FoundRecord } from "../../model/cutover/schema";

/** What adopt finds in the way of moving a name by weights, or beside it. */
export interface Finding {
  /** R1 to R12: docs/cutover.md. */
  readonly rule: `r${number}`;
  /** stop: it must be mended first. ask: a person says why it may stay. note: nothing to do now. */
  readonly weight: "stop" | "ask" | "note";
  readonly text: string;
}

/** What is known of a zone, and of what surrounds it. */
export interface Surroundings {
  readonly zone: { readonly id: string; readonly name: string; readonly nameServers: readonly string[] };
  /** Every record set of the zone. */
  readonly records: readonly RecordSet[];
  /** Private zones of a name that the host is in. */
  readonly privateTwins: readonly string[];
  /** Who answers for the zone, as a resolver says; or why nobody could be asked. */
  readonly delegatedTo: readonly string[] | { readonly notMeasured: string };
  /** CAA records that hold for the host outside of the zone, empty for none; or why nobody could be asked. */
  readonly caaAbove: readonly string[] | { readonly notMeasured: string };
  /** Where a CNAME's target may be an alias: the zone that AWS owns. */
  readonly aliasZoneOf: (target: string) => string | undefined;
}

const stop = (rule: Finding["rule"], text: string): Finding => ({ rule, weight: "stop", text });
const ask = (rule: Finding["rule"], text: string): Finding => ({ rule, weight: "ask", text });
const note = (rule: Finding["rule"], text: string): Finding => ({ rule, weight: "note", text });

/** Types by which a browser or a resolver goes past A and AAAA, and so past the weights. */
const PAST_WEIGHTS = ["HTTPS", "SVCB", "NS", "DNAME"];
const OURS = ["A", "AAAA", "CNAME"];

/** Everything that stands in the way of one name, and the name as the file will have it. */
export function findingsOf(
  host: string,
  azure: AdoptedName["azure"],
  around: Surroundings,
): { readonly findings: readonly Finding[]; readonly name: AdoptedName } {
  const { records, zone } = around;
  const own = records.filter((set) => set.Name === host);
  const leading = own.filter(({ Type }) => OURS.includes(Type));
  const isApex = host === zone.name;
  const aws = leading.map((set) => foundRecord(set, azure, around));
  const findings = [
    ...delegation(zone, around.delegatedTo),
    ...around.privateTwins.map((twin) =>
      ask("r2", `${host} is in the private zone ${twin} too: whoever is in its VPC never sees the weights`),
    ),
    ...own
      .filter(({ Type }) => PAST_WEIGHTS.includes(Type) && !(isApex && Type === "NS"))
      .map(({ Type }) =>
        stop(
          "r3",
          `${host} has a record of type ${Type}, which leads past the weights; delete it and wait for its TTL`,
        ),
      ),
    ...(azure.AAAA === undefined && leading.some(({ Type }) => Type === "AAAA")
      ? [note("r4", `${host}: its AAAA record is deleted before users move, because Azure has no IPv6 address for it`)]
      : []),
    ...leading
      .filter(({ AliasTarget }) => AliasTarget?.EvaluateTargetHealth)
      .map(({ Type }) =>
        note(
          "r5",
          `${host} ${Type}: EvaluateTargetHealth becomes false; with true an ill load balancer would send everybody to Azure before anything is proven`,
        ),
      ),
    ...leading.filter(({ Type }) => Type === "CNAME").map((set) => cname(host, set, isApex, around)),
    ...(leading.length === 0 ? [nothing(host, records)] : []),
    ...owners(host, own, leading, records),
    ...leading
      .filter(({ SetIdentifier }) => SetIdentifier !== undefined)
      .map(({ SetIdentifier, Type }) =>
        stop(
          "r9",
          `${host} ${Type} is one of several already (set identifier ${SetIdentifier}): somebody else shares it out; ask, and make it a simple record`,
        ),
      ),
    ...authorities(host, around),
    ...mail(host, zone.name, records),
    ...validations(host, records),
  ];
  return { findings, name: { host, zone: { id: zone.id, name: zone.name }, aws, azure } };
}

function delegation(zone: Surroundings["zone"], delegatedTo: Surroundings["delegatedTo"]): Finding[] {
  if ("notMeasured" in delegatedTo)
    return [
      stop("r1", `whether ${zone.name} is delegated to zone ${zone.id} could not be asked: ${delegatedTo.notMeasured}`),
    ];
  const is = [...delegatedTo].sort().join(", ");
  if (is === [...zone.nameServers].sort().join(", ")) return [];
  return [
    stop(
      "r1",
      `${zone.name} is delegated to ${is || "nobody"}, and zone ${zone.id} is served by ${[...zone.nameServers].sort().join(", ")}: weights in it would move nobody; mend aws.hostedZoneId, or the delegation`,
    ),
  ];
}

function cname(
  host: string,
  { ResourceRecords = [] }: RecordSet,
  isApex: boolean,
  { aliasZoneOf }: Surroundings,
): Finding {
  const target = ResourceRecords[0]?.Value ?? "";
  if (isApex || aliasZoneOf(target) !== undefined)
    return note(
      "r6",
      `${host} is a CNAME to ${target}: it becomes an alias of type A in one batch, because nothing weighted may stand beside a CNAME`,
    );
  return stop(
    "r6",
    `${host} is a CNAME to ${target}, which is neither CloudFront nor a load balancer of this account: make it an A record, or an alias, first`,
  );
}

function nothing(host: string, records: readonly RecordSet[]): Finding {
  const wildcard = records.find(({ Name }) => Name.startsWith("*.") && host.endsWith(Name.slice(1)));
  if (wildcard === undefined)
    return stop(
      "r7",
      `${host} has no record of type A, AAAA or CNAME: nobody is led anywhere; mend the name in domains, or the record`,
    );
  return stop(
    "r7",
    `${host} is answered by ${wildcard.Name}, so there is nothing to adopt; a record of its own hides the wildcard for every type: make one of each type that the wildcard has, the same values, then adopt it`,
  );
}

/** Whoever else keeps the record would undo the weights. */
function owners(
  host: string,
  own: readonly RecordSet[],
  leading: readonly RecordSet[],
  records: readonly RecordSet[],
): Finding[] {
  const external = records.find(
    ({ Name, ResourceRecords = [], Type }) =>
      Type === "TXT" &&
      ResourceRecords.some(({ Value }) => /heritage=external-dns/.test(Value)) &&
      ownedBy(Name, records) === host,
  );
  const leadsToCloudFront = [...leading, ...own].some(({ AliasTarget, ResourceRecords = [] }) =>
    [AliasTarget?.DNSName, ...ResourceRecords.map(({ Value }) => Value)].some((to) =>
      /\.cloudfront\.net\.?$/.test(to ?? ""),
    ),
  );
  return [
    ...(external
      ? [
          stop(
            "r8",
            `${host} belongs to external-dns (${external.Name} TXT), which would undo the weights: take the name from it first, and delete that TXT`,
          ),
        ]
      : []),
    ...(leadsToCloudFront
      ? [
          ask(
            "r8",
            `${host} leads to CloudFront: if Amplify's domain association keeps the record, it must not be edited until retired; nor may CloudFormation or another program keep it`,
          ),
        ]
      : []),
  ];
}

/**
 * Whose record a TXT of external-dns speaks of: that one's name stands behind a prefix (kubernetes-sigs.github.io/external-dns,
 * registry/txt), and of several the longest is meant: the apex is behind all of them.
 */
function ownedBy(text: string, records: readonly RecordSet[]): string | undefined {
  const names = records.filter(({ Type }) => OURS.includes(Type)).map(({ Name }) => Name);
  return names
    .filter((name) => text === name || text.endsWith(`-${name}`) || text.endsWith(`.${name}`))
    .sort((one, other) => other.length - one.length)[0];
}

/** Both authorities: AWS renews its certificate while users are on both clouds. */
function authorities(host: string, { caaAbove, records, zone }: Surroundings): Finding[] {
  const labels = host.split(".").map((_, index, all) => all.slice(index).join("."));
  const inZone = labels.filter((name) => name === zone.name || name.endsWith(`.${zone.name}`));
  const closest = inZone
    .map((name) => records.filter((set) => set.Name === name && set.Type === "CAA"))
    .find((sets) => sets.length > 0);
  const values = closest?.flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => Value)) ?? caaAbove;
  if ("notMeasured" in values)
    return [stop("r10", `${host}: who may issue its certificate could not be asked: ${values.notMeasured}`)];
  const issuers = values.flatMap((value) => /\bissue\s+"?\s*([^";\s]*)/.exec(value)?.[1] ?? []);
  if (values.length === 0 || issuers.length === 0) return [];
  const missing = ["letsencrypt.org", "amazon.com"].filter((authority) => !issuers.includes(authority));
  if (missing.length === 0) return [];
  return [
    stop(
      "r10",
      `${host}: CAA lets in ${issuers.filter((issuer) => issuer !== "").join(", ") || "nobody"}, and not ${missing.join(" nor ")}: both must be allowed until retired, because both sides renew their certificates`,
    ),
  ];
}

function mail(host: string, zone: string, records: readonly RecordSet[]): Finding[] {
  const spf = records
    .filter(({ Name, Type }) => Type === "TXT" && (Name === host || Name === zone))
    .flatMap(({ Name, ResourceRecords = [] }) =>
      ResourceRecords.map(({ Value }) => ({ Name, text: Value.replaceAll('"', "") })),
    )
    .filter(({ text }) => text.startsWith("v=spf1"));
  return spf
    .filter(({ Name, text }) => (Name === host && /\s[+?~-]?a(\s|\/|$)/.test(text)) || text.includes(`a:${host}`))
    .map(({ Name, text }) =>
      ask(
        "r11",
        `SPF of ${Name} (${text}) authorises whatever ${host} leads to: with the weights the authorised sender changes`,
      ),
    );
}

function validations(host: string, records: readonly RecordSet[]): Finding[] {
  const found = records.filter(
    ({ Name, ResourceRecords = [], Type }) =>
      Type === "CNAME" &&
      Name.endsWith(`.${host}`) &&
      ResourceRecords.some(({ Value }) => /\.acm-validations\.aws\.?$/.test(Value)),
  );
  return found.map(({ Name }) =>
    note("r12", `${Name} validates AWS's certificate, which renews until retired: it stays`),
  );
}

/** A record as the file keeps it. */
function foundRecord(set: RecordSet, azure: AdoptedName["azure"], { aliasZoneOf }: Surroundings): FoundRecord {
  const { AliasTarget, ResourceRecords = [], TTL, Type } = set;
  const type = Type as FoundRecord["type"];
  const leaves = type === "AAAA" && azure.AAAA === undefined ? { leaves: true as const } : {};
  if (AliasTarget) {
    const { DNSName, EvaluateTargetHealth, HostedZoneId } = AliasTarget;
    return {
      type,
      alias: { name: DNSName, zone: HostedZoneId, evaluateTargetHealth: EvaluateTargetHealth },
      ...leaves,
    };
  }
  const values = ResourceRecords.map(({ Value }) => Value);
  const target = values[0]?.replace(/\.$/, "") ?? "";
  const zone = type === "CNAME" ? aliasZoneOf(target) : undefined;
  return {
    type,
    ttl: TTL ?? 0,
    values,
    ...leaves,
    ...(zone !== undefined && { becomes: { name: target, zone } }),
  };
}
