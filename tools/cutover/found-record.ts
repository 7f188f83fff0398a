import type { RecordSet } from "../../model/cutover/record-set";
import type { AdoptedName, FoundRecord } from "../../model/cutover/schema";
import { type Surroundings, valuesOf } from "./finding";

/** A record as the file keeps it. */
export function foundRecord(
  set: RecordSet,
  azure: AdoptedName["azure"],
  aliasZoneOf: Surroundings["aliasZoneOf"],
): FoundRecord {
  const { AliasTarget, TTL, Type } = set;
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
  const values = valuesOf(set);
  const target = values[0]?.toLowerCase().replace(/\.$/, "") ?? "";
  const zone = type === "CNAME" ? aliasZoneOf(target) : undefined;
  return {
    type,
    ttl: TTL ?? 0,
    values,
    ...leaves,
    ...(zone !== undefined && { becomes: { name: target, zone } }),
  };
}

/**
 * A name that is found again, with what people have said of it: why the same record keeps its health flag, and why findings
 * were let pass. A reason that is given anew takes the place of the one before.
 */
export function withWhatWasSaid(
  name: AdoptedName,
  before: AdoptedName | undefined,
  anew: NonNullable<AdoptedName["accepted"]> = [],
): AdoptedName {
  const aws = name.aws.map((record): FoundRecord => {
    const said = before?.aws.find((one) => one.keepsTargetHealth !== undefined && isSameAlias(one, record));
    return said?.keepsTargetHealth === undefined ? record : { ...record, keepsTargetHealth: said.keepsTargetHealth };
  });
  const earlier = before?.accepted ?? [];
  const accepted = [
    ...earlier.filter(({ rule }) => !anew.some((one) => one.rule === rule)),
    // The same reason of the same person has been there since it was first said.
    ...anew.map(
      (one) => earlier.find(({ by, rule, why }) => rule === one.rule && by === one.by && why === one.why) ?? one,
    ),
  ];
  return { ...name, aws, ...(accepted.length > 0 && { accepted }) };
}

const isSameAlias = (one: FoundRecord, other: FoundRecord): boolean =>
  one.type === other.type &&
  one.alias !== undefined &&
  one.alias.name === other.alias?.name &&
  one.alias.zone === other.alias.zone;

/** Azure's addresses of the families that AWS has: a record of IPv6 that AWS lacks would send all its users to Azure at once. */
export const azureBeside = ({ A, AAAA }: AdoptedName["azure"], aws: readonly FoundRecord[]): AdoptedName["azure"] => ({
  A,
  ...(AAAA !== undefined && aws.some(({ type }) => type === "AAAA") && { AAAA }),
});
