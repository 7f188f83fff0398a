import type { RecordSet } from "../../model/cutover/record-set";
import { ask, type Finding, stop, valuesOf } from "./finding";

/** r8. Whoever else keeps the record would undo the weights. */
export function ownerFindings(host: string, leading: readonly RecordSet[], records: readonly RecordSet[]): Finding[] {
  const names = new Set([host, ...records.filter(({ Type }) => Type !== "TXT").map(({ Name }) => Name)]);
  const external = records.find(
    (set) =>
      set.Type === "TXT" &&
      valuesOf(set).some((text) => text.includes("heritage=external-dns")) &&
      ownedBy(set.Name, names) === host,
  );
  const leadsToCloudFront = leading.some((set) =>
    [set.AliasTarget?.DNSName ?? "", ...valuesOf(set)].some((target) => /\.cloudfront\.net\.?$/i.test(target)),
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
 * The name that a TXT of external-dns is about: its own, or what stands behind a prefix with the record's type or one that
 * was chosen (kubernetes-sigs.github.io/external-dns, docs/registry/txt). Of several the longest: a-blue-api is of blue-api.
 */
const ownedBy = (text: string, names: ReadonlySet<string>): string | undefined =>
  [...names]
    .filter((name) => text === name || text.endsWith(`-${name}`) || text.endsWith(`.${name}`))
    .sort((one, other) => other.length - one.length)[0];
