import type { RecordSet } from "../../model/cutover/record-set";
import type { AdoptedName } from "../../model/cutover/schema";
import { authorityFindings } from "./authorities";
import { ask, type Finding, LEADING, note, type Surroundings, stop, upwardsFrom, valuesOf } from "./finding";
import { azureBeside, foundRecord } from "./found-record";
import { senderFindings } from "./mail-senders";
import { isMeasured } from "./measure/not-measured";
import { plainName } from "./measure/resolver";
import { ownerFindings } from "./owners";

/** Everything that stands in the way of one name, and the name as the file will have it. */
export function findingsOf(
  host: string,
  azure: AdoptedName["azure"],
  around: Surroundings,
): { readonly findings: readonly Finding[]; readonly name: AdoptedName } {
  const { records, zone } = around;
  const leading = records.filter(({ Name, Type }) => Name === host && LEADING.includes(Type));
  const aws = leading.map((set) => foundRecord(set, azure, around.aliasZoneOf));
  const findings = [
    ...delegation(zone, around.delegatedTo),
    ...around.privateTwins.map((twin) =>
      ask("r2", `${host} is in the private zone ${twin} too: whoever is in its VPC never sees the weights`),
    ),
    ...pastWeights(host, zone.name, records),
    ...leading.flatMap((set) => ofOne(host, set, azure, around)),
    ...(leading.length === 0 ? [nothing(host, records)] : []),
    ...ownerFindings(host, leading, records),
    ...authorityFindings(host, around),
    ...senderFindings(host, records),
    ...validations(host, records),
  ];
  const inOrder = findings.sort((one, other) => Number(one.rule.slice(1)) - Number(other.rule.slice(1)));
  return {
    findings: inOrder,
    name: { host, zone: { id: zone.id, name: zone.name }, aws, azure: azureBeside(azure, aws) },
  };
}

/** r1. Weights in a zone that nobody asks move nobody. */
function delegation(zone: Surroundings["zone"], delegatedTo: Surroundings["delegatedTo"]): Finding[] {
  if (!isMeasured(delegatedTo))
    return [
      stop("r1", `whether ${zone.name} is delegated to zone ${zone.id} could not be asked: ${delegatedTo.notMeasured}`),
    ];
  const [is, own] = [delegatedTo, zone.nameServers].map((servers) => servers.map(plainName).sort().join(", "));
  if (is !== "" && is === own) return [];
  return [
    stop(
      "r1",
      `${zone.name} is delegated to ${is || "nobody"}, and zone ${zone.id} is served by ${own || "nobody"}: weights in it would move nobody; mend aws.hostedZoneId, or the delegation`,
    ),
  ];
}

/** r3. Types by which a browser or a resolver goes past A and AAAA, and so past the weights. */
function pastWeights(host: string, zone: string, records: readonly RecordSet[]): Finding[] {
  const below = upwardsFrom(host).filter((name) => name.endsWith(`.${zone}`));
  return records.flatMap(({ Name, Type }) => {
    if (Type === "NS" && below.includes(Name))
      return [
        stop(
          "r3",
          `${host} is answered by the servers of the NS record of ${Name}, and not by this zone: name the zone that they serve in aws.hostedZoneId, or the name's own in domains`,
        ),
      ];
    if (Name !== host || !["HTTPS", "SVCB"].includes(Type)) return [];
    const text = `${host} has a record of type ${Type}, which leads past the weights; delete it and wait for its TTL`;
    return [stop("r3", text)];
  });
}

/** r4, r5, r6 and r9: what is to be said of a record that leads to AWS. */
function ofOne(host: string, set: RecordSet, azure: AdoptedName["azure"], around: Surroundings): Finding[] {
  const { AliasTarget, SetIdentifier, Type } = set;
  const shared = sharedWith(set, around);
  const leaves = Type === "AAAA" && azure.AAAA === undefined;
  return [
    ...(leaves
      ? [note("r4", `${host}: its AAAA record is deleted before users move, because Azure has no IPv6 address for it`)]
      : []),
    ...(AliasTarget?.EvaluateTargetHealth && !leaves
      ? [
          note(
            "r5",
            `${host} ${Type}: EvaluateTargetHealth becomes false, unless keepsTargetHealth says why not; with true an ill load balancer would send everybody to Azure before anything is proven`,
          ),
        ]
      : []),
    ...(Type === "CNAME" ? [cname(host, valuesOf(set)[0] ?? "", around.aliasZoneOf)] : []),
    ...(shared === undefined
      ? []
      : [
          stop(
            "r6",
            `${host} ${Type} is an alias that leads to ${shared}, which has weights of its own: shares would multiply, and whoever is sent back would be led by the other's; make it an alias to what ${shared} leads to`,
          ),
        ]),
    ...(SetIdentifier === undefined
      ? []
      : [
          stop(
            "r9",
            `${host} ${Type} is one of several already (set identifier ${SetIdentifier}): somebody else shares it out; ask, and make it a simple record`,
          ),
        ]),
  ];
}

/** The public name that an alias leads to, also by way of other aliases of the zone. */
function sharedWith(set: RecordSet, { publicNames, records }: Surroundings): string | undefined {
  const passed = new Set([set.Name]);
  let at: RecordSet | undefined = set;
  while (at?.AliasTarget) {
    const target = plainName(at.AliasTarget.DNSName);
    if (passed.has(target)) return undefined;
    if (publicNames.includes(target)) return target;
    passed.add(target);
    at = records.find(({ Name, Type }) => Name === target && Type === set.Type);
  }
  return undefined;
}

function cname(host: string, target: string, aliasZoneOf: Surroundings["aliasZoneOf"]): Finding {
  if (aliasZoneOf(plainName(target)) !== undefined)
    return note(
      "r6",
      `${host} is a CNAME to ${target}: it becomes an alias of type A in one batch, because nothing weighted may stand beside a CNAME`,
    );
  return stop(
    "r6",
    `${host} is a CNAME to ${target}, which is neither CloudFront nor a load balancer of this account: make it an A record, or an alias, first`,
  );
}

/** r7. A wildcard answers for a name below the closest name that exists, and for no name that exists: RFC 4592, section 3.3.1. */
function nothing(host: string, records: readonly RecordSet[]): Finding {
  const exists = (name: string) => records.some(({ Name }) => Name === name || Name.endsWith(`.${name}`));
  const closest = upwardsFrom(host).find(exists);
  const wildcard = records.find(({ Name, Type }) => Name === `*.${closest}` && LEADING.includes(Type));
  if (closest === host || wildcard === undefined)
    return stop(
      "r7",
      `${host} has no record of type A, AAAA or CNAME: nobody is led anywhere; mend the name in domains, or the record`,
    );
  return stop(
    "r7",
    `${host} is answered by ${wildcard.Name}, so there is nothing to adopt; a record of its own hides the wildcard for every type: make one of each type that the wildcard has, the same values, then adopt it`,
  );
}

/** r12. By which AWS renews the certificate of the name, or that of a wildcard which is good for it. */
function validations(host: string, records: readonly RecordSet[]): Finding[] {
  const [, parent] = upwardsFrom(host);
  const found = records.filter(
    (set) =>
      set.Type === "CNAME" &&
      [host, parent].includes(upwardsFrom(set.Name)[1]) &&
      valuesOf(set).some((target) => /\.acm-validations\.aws\.?$/i.test(target)),
  );
  return found.map(({ Name }) =>
    note("r12", `${Name} validates AWS's certificate, which renews until retired: it stays`),
  );
}
