import { type Change, groupOf, type RecordSet, recordsAfter, setKey, storedName, type Zone } from "./record-set";

/**
 * Which batches Route 53 would refuse. A local AWS takes them all, so they are judged here: at synthesis, before a batch
 * is sent, and in front of the local AWS of tests. The names of fields are those of Route 53's API, as its SDK has them.
 */

/** One reason why Route 53 refuses a whole batch. */
export interface Refusal {
  /** The name of the error that its SDKs throw. */
  readonly code: "InvalidInput" | "NoSuchHealthCheck" | "InvalidChangeBatch";
  /** AWS's own sentence. */
  readonly message: string;
  /** Absent where the batch as a whole is too large. */
  readonly change?: Change;
}

/**
 * Every reason for which Route 53 would refuse the batch: the change, and AWS's own sentence; [] when it would take it.
 * Not judged is what only AWS knows, such as whether the target of an alias exists.
 * @param records all that the zone has of the names in the batch
 */
export function route53Issues(zone: Zone, records: readonly RecordSet[], batch: readonly Change[]): string[] {
  return route53Refusals(zone, records, batch).map(({ message, change }) => {
    if (change === undefined) return message;
    const { Name, Type, SetIdentifier } = change.ResourceRecordSet;
    return `${[change.Action, Type, Name, SetIdentifier].filter(Boolean).join(" ")}: ${message}`;
  });
}

/** The same with the code of each error. */
export function route53Refusals(zone: Zone, records: readonly RecordSet[], batch: readonly Change[]): Refusal[] {
  let now = records;
  const found = batch.flatMap((change, index) => {
    const refusals = [
      ...inputRefusals(change),
      ...healthCheckRefusals(zone, change),
      ...batchRefusals(zone, now, batch.slice(0, index), change),
    ];
    // AWS holds what follows a refused change against the zone without it (aws/aws-sdk-kotlin#1435).
    if (refusals.length === 0) now = recordsAfter(now, [change]);
    return refusals.map((refusal) => ({ ...refusal, change }));
  });
  return [...limitRefusals(batch), ...found];
}

/**
 * What Route 53 takes although hardly anybody means it, of the names and types that the batch touches.
 *
 * All weights 0 are an equal split (ResourceRecordSet.Weight in the API reference). Weighted sets with different TTLs
 * were refused until 2020 ("weighted sets must contain the same TTL", aws/aws-sdk-go-v2#518); by today's developer
 * guide ("Values specific for weighted records") Route 53 gives all of them the TTL that came last.
 */
export function route53Warnings(records: readonly RecordSet[], batch: readonly Change[]): string[] {
  const after = recordsAfter(records, batch);
  const touched = new Map(batch.map(({ ResourceRecordSet: set }) => [groupOf(set), set]));
  return [...touched].flatMap(([group, { Name, Type }]) => {
    const weighted = after.filter((one) => groupOf(one) === group && one.Weight !== undefined);
    const ttls = [...new Set(weighted.flatMap(({ TTL }) => TTL ?? []))];
    return [
      ...(weighted.length > 0 && weighted.every(({ Weight }) => Weight === 0)
        ? [`${Type} ${Name}: every weight is 0, which Route 53 answers like equal weights`]
        : []),
      ...(ttls.length > 1
        ? [`${Type} ${Name}: the TTLs ${ttls.join(" and ")} differ, and Route 53 keeps one for all weighted sets`]
        : []),
    ];
  });
}

/** Each routing policy by the field that it consists of, as AWS's sentences call it. */
const POLICIES = {
  Weight: "weighted",
  Region: "latency",
  Failover: "failover",
  GeoLocation: "geolocation",
  GeoProximityLocation: "geoproximity",
  CidrRoutingConfig: "cidr",
  MultiValueAnswer: "multivalue",
} as const;

/** Of one set; a field that says false is there (DevelopingSpace/starchart#446). */
const policiesOf = (set: RecordSet): string[] =>
  (Object.keys(POLICIES) as (keyof typeof POLICIES)[]).flatMap((field) =>
    set[field] === undefined ? [] : POLICIES[field],
  );

/** What makes a change malformed, whatever the zone holds. */
function inputRefusals({ Action, ResourceRecordSet: set }: Change): Refusal[] {
  const { Name, Type, SetIdentifier, Weight, TTL, ResourceRecords = [], AliasTarget } = set;
  const where = `in Change with [Action=${Action}, Name=${Name}, Type=${Type}, SetIdentifier=${SetIdentifier ?? null}]`;
  const policies = policiesOf(set).length;
  const hasValues = ResourceRecords.length > 0;
  const messages: string[] = [];
  // ansible-collections/community.aws#615
  if (policies > 0 && SetIdentifier === undefined)
    messages.push(`Invalid request: Missing field 'SetIdentifier' ${where}`);
  // hashicorp/terraform-provider-aws#1668
  if (policies > 1 || (SetIdentifier !== undefined && policies === 0))
    messages.push(
      `Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer], but found ${policies > 1 ? "more than one" : "none"} ${where}`,
    );
  // "found more than one": ansible-collections/community.aws#545; "found none": ministryofjustice/modernisation-platform#10072
  const isBoth = AliasTarget !== undefined && (TTL !== undefined || hasValues);
  if (isBoth || (AliasTarget === undefined && (TTL === undefined || !hasValues)))
    messages.push(
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ${isBoth ? "more than one" : "none"} ${where}`,
    );
  // The range is that of the API reference; no thread shows the sentence, which is put in the words of other fields' ranges.
  if (Weight !== undefined && (Weight < 0 || Weight > 255)) {
    const [facet, limit] = Weight < 0 ? ["minInclusive", 0] : ["maxInclusive", 255];
    messages.push(
      `Invalid XML ; cvc-${facet}-valid: Value '${Weight}' is not facet-valid with respect to ${facet} '${limit}' for type 'ResourceRecordSetWeight'.`,
    );
  }
  return messages.map((message) => ({ code: "InvalidInput", message }));
}

/** The sentence is that of the API reference of ChangeResourceRecordSets. */
function healthCheckRefusals({ healthChecks }: Zone, { Action, ResourceRecordSet: { HealthCheckId } }: Change) {
  const isKnown = HealthCheckId === undefined || healthChecks === undefined || healthChecks.includes(HealthCheckId);
  const message = "No health check exists with the specified ID.";
  return isKnown || Action === "DELETE" ? [] : [{ code: "NoSuchHealthCheck", message } as const];
}

/** What a change meets in the zone. */
function batchRefusals(zone: Zone, now: readonly RecordSet[], before: readonly Change[], change: Change): Refusal[] {
  const set = change.ResourceRecordSet;
  const message =
    outsideOf(zone, set) ??
    touchedTwice(before, change) ??
    (change.Action === "DELETE" ? notThere(now, set) : (exists(now, change) ?? besideOthers(zone, now, set)));
  return message === undefined ? [] : [{ code: "InvalidChangeBatch", message }];
}

/** getmoto/moto#916 */
function outsideOf(zone: Zone, { Name }: RecordSet): string | undefined {
  const [name, apex] = [storedName(Name), storedName(zone.name)];
  const isInside = name === apex || name.endsWith(`.${apex}`);
  return isInside ? undefined : `RRSet with DNS name ${name} is not permitted in zone ${apex}`;
}

/** Only what was deleted may be created again. kubernetes-sigs/external-dns#4241 */
function touchedTwice(before: readonly Change[], { Action, ResourceRecordSet: set }: Change): string | undefined {
  const earlier = before.filter(({ ResourceRecordSet: one }) => setKey(one) === setKey(set)).map((one) => one.Action);
  const isReplaced = earlier.length === 1 && earlier[0] === "DELETE" && Action !== "DELETE";
  return earlier.length === 0 || isReplaced
    ? undefined
    : `The request contains an invalid set of changes for a resource record set '${set.Type} ${storedName(set.Name)}'`;
}

/** As AWS names a set where it was to be created or deleted. */
function subjectOf({ Name, Type, SetIdentifier }: RecordSet): string {
  const set = SetIdentifier === undefined ? "" : `, set-identifier='${SetIdentifier}'`;
  return `resource record set [name='${storedName(Name)}', type='${Type}'${set}]`;
}

/** barnybug/cli53#317 */
function exists(now: readonly RecordSet[], { Action, ResourceRecordSet: set }: Change): string | undefined {
  return Action === "CREATE" && now.some((one) => setKey(one) === setKey(set))
    ? `Tried to create ${subjectOf(set)} but it already exists`
    : undefined;
}

/** "not found": barnybug/cli53#70; "do not match": hashicorp/terraform#18509, airbnb/zonify#23 (a set identifier, a health check) */
function notThere(now: readonly RecordSet[], set: RecordSet): string | undefined {
  const current = now.find((one) => setKey(one) === setKey(set));
  if (current === undefined) return `Tried to delete ${subjectOf(set)} but it was not found`;
  return valuesOf(current) === valuesOf(set)
    ? undefined
    : `Tried to delete ${subjectOf(set)} but the values provided do not match the current values`;
}

/** All that a DELETE must repeat, in one form. Whatever the order of the values is, they are the same. */
function valuesOf({ Name: _, Type, ResourceRecords = [], AliasTarget, ...others }: RecordSet): string {
  const alias = AliasTarget && { ...AliasTarget, DNSName: storedName(AliasTarget.DNSName) };
  const all = { ...others, ...alias, values: ResourceRecords.map(({ Value }) => Value).sort() };
  const present = Object.entries(all).filter(([, value]) => value !== undefined);
  return JSON.stringify(present.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What may not stand beside what is there. */
function besideOthers(zone: Zone, now: readonly RecordSet[], set: RecordSet): string | undefined {
  const { Type, SetIdentifier } = set;
  const [name, apex] = [storedName(set.Name), storedName(zone.name)];
  // The title of a question: stackoverflow.com/questions/20215729
  if (Type === "CNAME" && name === apex)
    return `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${apex}`;
  const others = now.filter((one) => storedName(one.Name) === name && setKey(one) !== setKey(set));
  // aws/aws-sdk-java#1996
  if (Type === "CNAME" && others.some((one) => one.Type !== "CNAME"))
    return `RRSet of type CNAME with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${apex}`;
  // hashicorp/terraform#9732
  if (Type !== "CNAME" && others.some((one) => one.Type === "CNAME"))
    return `RRSet of type ${Type} with DNS name ${name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${apex}`;
  const group = others.filter((one) => one.Type === Type);
  const [policy] = policiesOf(set);
  // chef-boneyard/route53#100
  if (policy === undefined)
    return group.length === 0
      ? undefined
      : `RRSet with DNS name ${name}, type ${Type} cannot be created as other RRSets exist with the same name and type.`;
  // Beside a simple set: kubernetes-sigs/external-dns#1411; beside one by latency: #4345 there. Seen for weighted sets alone.
  return group.every((one) => policiesOf(one)[0] === policy)
    ? undefined
    : `RRSet with DNS name ${name}, type ${Type}, SetIdentifier ${SetIdentifier} cannot be created as a non-${policy} set exists with the same name and type.`;
}

/** A UPSERT counts twice, an alias like a value: DeveloperGuide/DNSLimitations.html#limits-api-requests-changeresourcerecordsets. */
function limitRefusals(batch: readonly Change[]): Refusal[] {
  const sum = (count: (set: RecordSet) => number) =>
    batch.reduce((all, { Action, ResourceRecordSet: set }) => all + count(set) * (Action === "UPSERT" ? 2 : 1), 0);
  const values = sum(({ ResourceRecords, AliasTarget }) => (ResourceRecords?.length ?? 0) + (AliasTarget ? 1 : 0));
  const characters = sum(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => Value).join("").length);
  return [
    // kubernetes-sigs/external-dns#2537
    ...(values > 1_000 ? ["Number of records limit of 1000 exceeded."] : []),
    // kubernetes-sigs/external-dns#515
    ...(characters > 32_000 ? ["RDATA character limit of 32000 exceeded."] : []),
  ].map((message) => ({ code: "InvalidChangeBatch", message }));
}
