import type { Position } from "../../model/cutover/position";
import { isZoned } from "../../model/cutover/records";
import type { AdoptedName } from "../../model/cutover/schema";
import { type Answers, askAuthoritative } from "./measure/dns";
import { isMeasured } from "./measure/not-measured";
import type { Route53 } from "./zone";

/**
 * Asks each authoritative server of the zones whether it answers as a place with one side alone says.
 * @returns what is not so, and who could not be asked; nothing of it undoes the change, which Route 53 has taken
 */
export async function serversAnswerFrom(
  route53: Pick<Route53, "zone">,
  names: readonly AdoptedName[],
  { percent }: Position,
  resolvers?: readonly string[],
): Promise<string[]> {
  const notes: string[] = [];
  for (const { azure, host, zone } of names.filter(isZoned)) {
    const { nameServers } = await route53.zone(zone.id);
    const addresses = [...azure.A, ...(azure.AAAA ?? [])];
    const answers = await askAuthoritative({ host, azure: addresses }, nameServers, resolvers ? { resolvers } : {});
    for (const { A, AAAA, server } of answers)
      for (const [type, found] of [
        ["A", A],
        ["AAAA", AAAA],
      ] as const)
        notes.push(...strays(host, type, server, found, percent));
  }
  return notes;
}

function strays(
  host: string,
  type: string,
  server: string,
  found: Answers | { readonly notMeasured: string },
  percent: number,
): string[] {
  if (!isMeasured(found)) return type === "A" ? [`not measured: ${found.notMeasured}`] : [];
  const share = found.azureShare ?? (percent === 0 ? 0 : undefined);
  if (share === undefined || share === percent / 100) return [];
  return [`${server} still answers ${host} ${type} with Azure in ${Math.round(share * 100)} % of its answers`];
}
