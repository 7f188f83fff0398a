import type { Position } from "../../model/cutover/position";
import type { ZonedName } from "../../model/cutover/records";
import { type Answers, askAuthoritative } from "./measure/dns";
import { isMeasured, type NotMeasured, notMeasured } from "./measure/not-measured";
import type { Route53 } from "./zone";

/**
 * Asks each authoritative server of the zones whether it answers as a place with one side alone says.
 * @returns what is not so, and who could not be asked; nothing of it undoes the change, which Route 53 has taken
 */
export async function serversAnswerFrom(
  route53: Pick<Route53, "zone">,
  names: readonly ZonedName[],
  { percent }: Position,
  resolvers?: readonly string[],
): Promise<string[]> {
  const notes = names.map(async ({ azure, host, zone }) => {
    const nameServers = await serversOf(route53, zone.id);
    if (!isMeasured(nameServers)) return [`not measured: what ${host} is answered with: ${nameServers.notMeasured}`];
    const addresses = [...azure.A, ...(azure.AAAA ?? [])];
    const answers = await askAuthoritative({ host, azure: addresses }, nameServers, resolvers ? { resolvers } : {});
    const [first] = answers;
    // What holds for all of them, such as a port that is shut, is said once.
    if (first !== undefined && !isMeasured(first.A) && answers.every(({ A }) => !isMeasured(A)))
      return [`not measured: none of the ${answers.length} name servers of ${zone.name}: ${first.A.notMeasured}`];
    return answers.flatMap(({ A, AAAA, server }) => [
      ...strays(host, "A", server, A, percent),
      ...strays(host, "AAAA", server, AAAA, percent),
    ]);
  });
  return (await Promise.all(notes)).flat();
}

const serversOf = (route53: Pick<Route53, "zone">, zone: string): Promise<readonly string[] | NotMeasured> =>
  route53.zone(zone).then(
    ({ nameServers }) => nameServers,
    (error: Error) => notMeasured(error.message.split("\n")[0] ?? ""),
  );

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
