import { Resolver } from "node:dns/promises";
import type { AdoptedName, FoundRecord } from "../../model/cutover/schema";
import { authoritiesLeftOut } from "./authorities";
import type { Finding } from "./finding";
import { azureBeside } from "./found-record";
import { caaOf } from "./measure/dns-records";
import { isMeasured } from "./measure/not-measured";

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
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (resolvers) resolver.setServers(resolvers);
  const none = () => [];
  const [cname] = await resolver.resolveCname(host).catch(none);
  const ttl = { ttl: true } as const;
  const plain = async (type: "A" | "AAAA"): Promise<FoundRecord[]> => {
    const found = await (type === "A" ? resolver.resolve4(host, ttl) : resolver.resolve6(host, ttl)).catch(none);
    const [first] = found;
    if (first === undefined) return [];
    const leaves = type === "AAAA" && azure.AAAA === undefined ? { leaves: true as const } : {};
    return [
      { type, ttl: Math.max(first.ttl, LONGEST_TTL), values: found.map(({ address }) => address).sort(), ...leaves },
    ];
  };
  const aws: FoundRecord[] =
    cname === undefined
      ? [...(await plain("A")), ...(await plain("AAAA"))]
      : [{ type: "CNAME", ttl: LONGEST_TTL, values: [cname] }];
  const caa = await caaOf(host, resolvers ? { resolvers } : {});
  const missing = isMeasured(caa) ? authoritiesLeftOut(caa) : [];
  const findings: Finding[] = [
    ...(aws.length === 0
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
