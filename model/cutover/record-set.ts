/** Record sets of Route 53, in the names of its API, and how it tells them apart. */

/** One record set: a name, a type and, where several share both, a set identifier. */
export interface RecordSet {
  readonly Name: string;
  readonly Type: string;
  /** In seconds; absent with an alias. */
  readonly TTL?: number;
  readonly ResourceRecords?: readonly { readonly Value: string }[];
  readonly AliasTarget?: AliasTarget;
  readonly HealthCheckId?: string;
  /** What tells apart the sets of one name and type; needs exactly one of the routing policies below. */
  readonly SetIdentifier?: string;
  /** 0–255; its share of the answers is its part of the sum. */
  readonly Weight?: number;
  readonly Region?: string;
  readonly Failover?: string;
  readonly GeoLocation?: unknown;
  readonly GeoProximityLocation?: unknown;
  readonly CidrRoutingConfig?: unknown;
  readonly MultiValueAnswer?: boolean;
}

export interface AliasTarget {
  /** Of the target, which is mostly AWS's own. */
  readonly HostedZoneId: string;
  readonly DNSName: string;
  readonly EvaluateTargetHealth: boolean;
}

export interface Change {
  readonly Action: "CREATE" | "DELETE" | "UPSERT";
  readonly ResourceRecordSet: RecordSet;
}

export interface Zone {
  readonly name: string;
  /** The ids that exist in the account. @default health checks are not judged */
  readonly healthChecks?: readonly string[];
}

/** The record sets after a batch that Route 53 takes. It applies the changes in their order. */
export function recordsAfter(records: readonly RecordSet[], batch: readonly Change[]): readonly RecordSet[] {
  return batch.reduce((now, { Action, ResourceRecordSet: set }) => {
    const others = now.filter((one) => setKey(one) !== setKey(set));
    return Action === "DELETE" ? others : [...others, set];
  }, records);
}

/**
 * A name as Route 53 stores it: in lower case, with its last dot, the asterisk of a wildcard as its octal code. Source:
 * docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html.
 */
export const storedName = (name: string): string =>
  `${name.toLowerCase().replace(/\.$/, "")}.`.replace(/^\*(?=\.)/, "\\052");

/** What the sets have in common that the set identifier tells apart. */
export const groupOf = ({ Name, Type }: RecordSet) => `${Type} ${storedName(Name)}`;

/** What no two sets of one zone have alike. */
export const setKey = (set: RecordSet): string => `${groupOf(set)} ${set.SetIdentifier ?? ""}`;
