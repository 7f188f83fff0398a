import type { Position } from "./position";
import type { Change, RecordSet } from "./record-set";
import type { AdoptedName, FoundRecord } from "./schema";
import { isWeighted, LARGEST_WEIGHT, weightsOf } from "./stages";

/** The TTL of records under cutover, in seconds: how long a client may keep an answer that has changed. */
export const CUTOVER_TTL = 60;

type Side = "aws" | "azure";

/** One record set that a cutover has in the zone, and the Terraform resource that it is. */
export interface Member {
  /** The name of its resource, the same in every stage: a CNAME has the place of the A that it becomes. */
  readonly resource: string;
  readonly side: Side;
  readonly zone: string;
  readonly set: RecordSet;
  /** By which id Terraform imports it, as long as it is what was found. */
  readonly importId?: string;
}

/** A name in a zone of Route 53. */
export type ZonedName = AdoptedName & { readonly zone: NonNullable<AdoptedName["zone"]> };
export const isZoned = (name: AdoptedName): name is ZonedName => name.zone !== undefined;

/** The record sets of a name, as they must be at a place; none before they are adopted, nor when they are given up. */
export function membersOf(name: ZonedName, at: Position): Member[] {
  if (at.stage === "off" || at.isGivenUp) return [];
  return familiesOf(name, at).flatMap((family) => familyMembers(name, family, at));
}

/** The names of the resources of a name whose records were given up. */
export const givenUpResources = (name: ZonedName, at: Position): string[] =>
  at.isGivenUp ? membersOf(name, { ...at, isGivenUp: false }).map(({ resource }) => resource) : [];

/** A CNAME, or one of A and AAAA. */
interface Family {
  readonly type: "A" | "AAAA";
  readonly found: FoundRecord;
}

/** One that leaves is there until the records are prepared. */
function familiesOf({ aws }: AdoptedName, { isPrepared }: Position): Family[] {
  return aws
    .filter(({ leaves }) => !(leaves && isPrepared))
    .map((found) => ({ type: found.type === "AAAA" ? "AAAA" : "A", found }));
}

function familyMembers(name: ZonedName, { found, type }: Family, at: Position): Member[] {
  const { azure, host, zone } = name;
  const resource = (side: Side) => `${resourcePart(host)}-${type}-${side}`;
  const weights = weightsOf(at.percent);
  const one = (side: Side, set: Omit<RecordSet, "Name">, weight?: number): Member => ({
    resource: resource(side),
    side,
    zone: zone.id,
    set: { Name: host, ...set, ...(weight !== undefined && { SetIdentifier: side, Weight: weight }) },
    ...(side === "aws" && !at.hasMoved && { importId: `${zone.id}_${host}_${found.type}` }),
  });
  const ours = (weight: number) => one("azure", azureSet(azure, type), weight);
  if (!at.isPrepared) return [one("aws", foundSet(found))];
  if (at.stage === "adopt") return [one("aws", preparedSet(found, type))];
  if (isWeighted(at.stage)) return [one("aws", preparedSet(found, type), weights.aws), ours(weights.azure)];
  // It stays weighted and alone: the change back to a simple record would be the last risky one, for nothing.
  return [ours(LARGEST_WEIGHT)];
}

/** Terraform takes no dot in a name, and no digit at its beginning; a host has no underscore. */
const resourcePart = (host: string): string => host.replaceAll(".", "_").replace(/^(?=\d)/, "_");

function foundSet({ alias, ttl, type, values = [] }: FoundRecord): Omit<RecordSet, "Name"> {
  if (alias) return { Type: type, AliasTarget: aliasTarget(alias, alias.evaluateTargetHealth) };
  return { Type: type, TTL: ttl ?? 0, ResourceRecords: values.map((Value) => ({ Value })) };
}

/** The same as weights need it: a TTL that is short, no health check in disguise, nothing that may stand alone only. */
function preparedSet(found: FoundRecord, type: Family["type"]): Omit<RecordSet, "Name"> {
  const { alias, becomes, keepsTargetHealth, values = [] } = found;
  if (becomes) return { Type: type, AliasTarget: aliasTarget(becomes, false) };
  if (alias)
    return { Type: type, AliasTarget: aliasTarget(alias, keepsTargetHealth ? alias.evaluateTargetHealth : false) };
  return { Type: type, TTL: CUTOVER_TTL, ResourceRecords: values.map((Value) => ({ Value })) };
}

const aliasTarget = ({ name, zone }: { readonly name: string; readonly zone: string }, health: boolean) => ({
  HostedZoneId: zone,
  DNSName: name,
  EvaluateTargetHealth: health,
});

/** @throws Error without an address of that type, which a rule refuses before */
function azureSet(azure: AdoptedName["azure"], type: Family["type"]): Omit<RecordSet, "Name"> {
  const addresses = azure[type];
  if (addresses === undefined) throw new Error(`Azure has no address of type ${type}`);
  return { Type: type, TTL: CUTOVER_TTL, ResourceRecords: addresses.map((Value) => ({ Value })) };
}

/**
 * What Terraform sends to get from one place to the next, a batch for each record, as the aws provider does it: UPSERT in
 * place, and DELETE with CREATE in one batch where type or set identifier change.
 */
export function batchesBetween(before: readonly Member[], after: readonly Member[]): Change[][] {
  const of = (all: readonly Member[], resource: string) => all.find((one) => one.resource === resource)?.set;
  const resources = [...new Set([...before, ...after].map(({ resource }) => resource))];
  return resources.flatMap((resource): Change[][] => {
    const [from, to] = [of(before, resource), of(after, resource)];
    if (from === undefined) return to === undefined ? [] : [[{ Action: "CREATE", ResourceRecordSet: to }]];
    if (to === undefined) return [[{ Action: "DELETE", ResourceRecordSet: from }]];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    if (from.Type === to.Type && from.SetIdentifier === to.SetIdentifier)
      return [[{ Action: "UPSERT", ResourceRecordSet: to }]];
    return [
      [
        { Action: "DELETE", ResourceRecordSet: from },
        { Action: "CREATE", ResourceRecordSet: to },
      ],
    ];
  });
}
