import type { Position } from "../../model/cutover/position";
import { type RecordSet, setKey } from "../../model/cutover/record-set";
import { isZoned, membersOf } from "../../model/cutover/records";
import type { AdoptedName } from "../../model/cutover/schema";
import { LEADING } from "./finding";

/** What of a name is otherwise in Route 53 than a place has it. */
export interface Difference {
  readonly host: string;
  /** In words: what should be there, and what is. */
  readonly text: string;
}

/** Where the live records of names differ from what a place says; empty when they are the same. */
export function differencesFrom(
  names: readonly AdoptedName[],
  at: Position,
  records: ReadonlyMap<string, readonly RecordSet[]>,
): Difference[] {
  return names.filter(isZoned).flatMap((name) => {
    const wanted = membersOf(name, at).map(({ set }) => set);
    const live = (records.get(name.zone.id) ?? []).filter(
      (set) => set.Name === name.host && LEADING.includes(set.Type),
    );
    const keys = [...new Set([...wanted, ...live].map(setKey))];
    return keys.flatMap((key) => {
      const [one, other] = [wanted, live].map((all) => all.find((set) => setKey(set) === key));
      if (one !== undefined && other !== undefined && factsOf(one) === factsOf(other)) return [];
      return [{ host: name.host, text: `${name.host}: ${inWords(one)} by the file, ${inWords(other)} in Route 53` }];
    });
  });
}

/** Everything that says where a set leads, in one form. */
function factsOf({ AliasTarget, ResourceRecords = [], SetIdentifier, TTL, Type, Weight }: RecordSet): string {
  const values = ResourceRecords.map(({ Value }) => Value.replace(/\.$/, "")).sort();
  const alias = AliasTarget && [
    AliasTarget.DNSName.replace(/\.$/, ""),
    AliasTarget.HostedZoneId,
    AliasTarget.EvaluateTargetHealth,
  ];
  return JSON.stringify([Type, SetIdentifier ?? null, Weight ?? null, TTL ?? null, values, alias ?? null]);
}

/** A set in a few words, such as `A aws weight 255 → 192.0.2.1 (60 s)`. */
export function inWords(set: RecordSet | undefined): string {
  if (set === undefined) return "nothing";
  const { AliasTarget, ResourceRecords = [], SetIdentifier, TTL, Type, Weight } = set;
  const to = AliasTarget
    ? `${AliasTarget.DNSName}${AliasTarget.EvaluateTargetHealth ? " with its health" : ""}`
    : ResourceRecords.map(({ Value }) => Value).join(", ");
  return [
    Type,
    SetIdentifier,
    Weight === undefined ? undefined : `weight ${Weight}`,
    `→ ${to}`,
    TTL === undefined ? undefined : `(${TTL} s)`,
  ]
    .filter((word) => word !== undefined)
    .join(" ");
}
