import type { RecordSet } from "../../model/cutover/record-set";
import { type Finding, type Surroundings, stop, upwardsFrom, valuesOf } from "./finding";
import { type Caa, caaFrom, mayIssue } from "./measure/dns-records";
import { isMeasured } from "./measure/not-measured";

/** Amazon's, each of which ACM takes for its own: docs.aws.amazon.com/acm/latest/userguide/setup-caa.html. */
const AMAZON = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];

/** Authorities of either side that may not issue. Azure's certificates are proven by DNS alone until `retired`. */
export const authoritiesLeftOut = (caa: Caa): string[] => [
  ...(mayIssue(caa, "letsencrypt.org", "dns-01") ? [] : ["letsencrypt.org by dns-01"]),
  ...(AMAZON.some((authority) => mayIssue(caa, authority)) ? [] : ["amazon.com"]),
];

/** r10. Both authorities: AWS renews its certificate while users are on both clouds. */
export function authorityFindings(host: string, { caa, records, zone }: Surroundings): Finding[] {
  const closest = upwardsFrom(host)
    .filter((name) => name === zone.name || name.endsWith(`.${zone.name}`))
    .map((name) => records.filter((set) => set.Name === name && set.Type === "CAA"))
    .find((sets) => sets.length > 0);
  if (closest !== undefined) return leftOut(host, caaFrom(closest.flatMap(caaRecords)));
  if (isMeasured(caa)) return leftOut(host, caa);
  return [stop("r10", `${host}: who may issue its certificate could not be asked: ${caa.notMeasured}`)];
}

function leftOut(host: string, caa: Caa): Finding[] {
  const missing = authoritiesLeftOut(caa);
  if (missing.length === 0) return [];
  const critical = caa.critical.length > 0 ? ` (critical: ${caa.critical.join(", ")})` : "";
  const issuers = caa.issuers.map(({ authority }) => authority).join(", ") || "nobody";
  return [
    stop(
      "r10",
      `${host}: CAA lets in ${issuers}${critical}, and not ${missing.join(" nor ")}: both must be allowed until retired, because both sides renew their certificates`,
    ),
  ];
}

/** The records of a set, as Route 53 writes them: flags, tag and value, such as `0 issue "letsencrypt.org"`. */
const caaRecords = (set: RecordSet) =>
  valuesOf(set).flatMap((text) => {
    const [, flags, tag, value] = /^\s*(\d+)\s+([a-z0-9]+)\s+"?([^"]*)"?\s*$/i.exec(text) ?? [];
    if (flags === undefined || tag === undefined || value === undefined) return [];
    return [{ critical: Number(flags), [tag.toLowerCase()]: value }];
  });
