import type { RecordSet } from "../../model/cutover/record-set";
import { isZoned } from "../../model/cutover/records";
import type { AdoptedName } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { BRIEF } from "../aws/retry";
import { delegatedServers } from "./measure/dns-records";
import { isMeasured, type NotMeasured, notMeasured } from "./measure/not-measured";
import type { DnsOptions } from "./measure/resolver";
import { cutoverRoleOf } from "./target";
import { type LiveZone, Route53 } from "./zone";

/** What Route 53 has of a zone. */
export interface LiveRecords {
  readonly zone: LiveZone;
  readonly records: readonly RecordSet[];
}

/** By zone. */
export type Live = ReadonlyMap<string, LiveRecords> | NotMeasured;

/** The zones of names, to be looked at. A login is no condition for looking: without one it says why, as a value. */
export async function liveRecords(environment: Environment, names: readonly AdoptedName[]): Promise<Live> {
  const route53 = new Route53(cutoverRoleOf(environment), BRIEF);
  const zones = new Set(names.filter(isZoned).map(({ zone }) => zone.id));
  try {
    const read = [...zones].map(async (id) => {
      const [zone, records] = await Promise.all([route53.zone(id), route53.records(id)]);
      return [id, { zone, records }] as const;
    });
    return new Map(await Promise.all(read));
  } catch (error) {
    if (error instanceof UserError) return notMeasured(error.message.split("\n")[0] ?? "");
    throw error;
  }
}

/** The records alone. */
export const recordsIn = (live: ReadonlyMap<string, LiveRecords>): ReadonlyMap<string, readonly RecordSet[]> =>
  new Map([...live].map(([id, { records }]) => [id, records]));

/** Who answers for a zone: by Route 53, or else by DNS, which asks for no login. */
export async function nameServersOf(
  { id, name }: { readonly id: string; readonly name: string },
  live: Live,
  dns: DnsOptions,
): Promise<readonly string[] | NotMeasured> {
  const known = isMeasured(live) ? live.get(id)?.zone.nameServers : undefined;
  return known ?? delegatedServers(name, dns);
}

/** Who answers for the zone that a host is in, where nobody has said which that is: the closest name with servers. */
export async function serversAbove(host: string, dns: DnsOptions): Promise<readonly string[] | NotMeasured> {
  const labels = host.split(".");
  for (let depth = 0; depth < labels.length - 1; depth += 1) {
    const found = await delegatedServers(labels.slice(depth).join("."), dns);
    if (!isMeasured(found) || found.length > 0) return found;
  }
  return [];
}
