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

/** Azure's addresses of the families that AWS has: a record of IPv6 that AWS lacks would send all its users to Azure at once. */
export const azureBeside = ({ A, AAAA }: AdoptedName["azure"], aws: readonly FoundRecord[]): AdoptedName["azure"] => ({
  A,
  ...(AAAA !== undefined && aws.some(({ type }) => type === "AAAA") && { AAAA }),
});
