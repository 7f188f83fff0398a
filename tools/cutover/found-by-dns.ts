import type { AdoptedName, FoundRecord } from "../../model/cutover/schema";
import { authoritiesLeftOut } from "./authorities";
import type { Finding } from "./finding";
import { azureBeside } from "./found-record";
import { addressesOf, caaOf, cnameOf } from "./measure/dns-records";
import { isMeasured, type NotMeasured } from "./measure/not-measured";
import type { DnsOptions } from "./measure/resolver";

/**
 * In seconds: what providers set at the most for what may move. A resolver tells how much of a TTL is left, and nothing of
 * that of a CNAME, so it is waited for the longest.
 */
const LONGEST_TTL = 3_600;

/** What DNS alone tells of a name whose zone is at another provider. */
export async function foundByDns(
  host: string,
  azure: AdoptedName["azure"],
  resolvers?: readonly string[],
): Promise<{ readonly findings: readonly Finding[]; readonly name: AdoptedName }> {
  const dns = resolvers ? { resolvers } : {};
  const found = await recordsByDns(host, azure, dns);
  const aws = isMeasured(found) ? found : [];
  const caa = await caaOf(host, dns);
  const missing = isMeasured(caa) ? authoritiesLeftOut(caa) : [];
  const findings: Finding[] = [
    ...(isMeasured(found)
      ? []
      : [
          {
            rule: "r7",
            weight: "stop",
            text: `${host}: where it leads could not be asked: ${found.notMeasured}`,
          } as const,
        ]),
    ...(isMeasured(found) && aws.length === 0
      ? [
          {
            rule: "r7",
            weight: "stop",
            text: `${host} has no address: nobody is led anywhere; mend the name in domains, or the record`,
          } as const,
        ]
      : []),
    ...(missing.length > 0
      ? [
          {
            rule: "r10",
            weight: "stop",
            text: `${host}: CAA does not let in ${missing.join(" nor ")}: both must be allowed until retired`,
          } as const,
        ]
      : []),
    ...(isMeasured(caa)
      ? []
      : [
          {
            rule: "r10",
            weight: "stop",
            text: `${host}: who may issue its certificate could not be asked: ${caa.notMeasured}`,
          } as const,
        ]),
    {
      rule: "r3",
      weight: "ask",
      text: `${host}: records of type HTTPS or SVCB lead past the weights, and a resolver is not asked for them here: are there none at your provider, and does it have weights at all?`,
    },
  ];
  return { findings, name: { host, aws, azure: azureBeside(azure, aws) } };
}

async function recordsByDns(
  host: string,
  azure: AdoptedName["azure"],
  dns: DnsOptions,
): Promise<FoundRecord[] | NotMeasured> {
  const cname = await cnameOf(host, dns);
  if (typeof cname === "string") return [{ type: "CNAME", ttl: LONGEST_TTL, values: [cname] }];
  if (cname !== undefined) return cname;
  const found: FoundRecord[] = [];
  for (const type of ["A", "AAAA"] as const) {
    const addresses = await addressesOf(host, type, dns);
    if (!isMeasured(addresses)) return addresses;
    const [first] = addresses;
    if (first === undefined) continue;
    const leaves = type === "AAAA" && azure.AAAA === undefined ? { leaves: true as const } : {};
    found.push({
      type,
      ttl: Math.max(first.ttl, LONGEST_TTL),
      values: addresses.map(({ address }) => address).sort(),
      ...leaves,
    });
  }
  return found;
}
