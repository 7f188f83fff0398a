import { BACK, type Batch, backBatches } from "../../model/cutover/batches";
import { positionOf } from "../../model/cutover/position";
import type { RecordSet } from "../../model/cutover/record-set";
import { isZoned, type ZonedName } from "../../model/cutover/records";
import { route53Issues } from "../../model/cutover/route53";
import type { Component } from "../../model/cutover/schema";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { differencesFrom } from "./live";
import { serversAnswerFrom } from "./servers";
import { cutoverRoleOf } from "./target";
import { Route53 } from "./zone";

/** Whose users are sent back. */
export interface Leaving {
  readonly application: string;
  readonly component: Component;
}

/** What became of one application: there had been nothing to send, or it was sent, or it could not be. */
export type SentBack =
  | { readonly moved: "sent" | "there"; readonly notes: readonly string[] }
  | { readonly moved: "failed"; readonly notes: readonly string[]; readonly error: UserError };

export interface SendOptions {
  readonly dryRun?: boolean;
  readonly resolver?: readonly string[];
  /** Hears how it goes. */
  readonly tell: (line: string) => void;
}

/**
 * Sends the users of applications back to AWS by one call for each application and zone, all of them before anything is
 * waited for. Where one cannot be sent the others are: nobody stays on a side that fails because of another's record.
 * @returns in the order of `leaving`; what is not known of a change that was sent is a note, and undoes nothing
 */
export async function sendBack(
  environment: Environment,
  leaving: readonly Leaving[],
  options: SendOptions,
): Promise<SentBack[]> {
  const route53 = new Route53(cutoverRoleOf(environment));
  const zones = new LiveZones(route53);
  const sent: (Sent | UserError)[] = [];
  for (const one of leaving) sent.push(await send(environment.name, one, zones, options).catch(asUserError));
  return Promise.all(
    sent.map(async (one): Promise<SentBack> => {
      if (one instanceof UserError) return { moved: "failed", notes: one.message.split("\n"), error: one };
      const { changes, dry, names } = one;
      if (dry.length > 0) return { moved: "sent", notes: dry };
      const waited = await Promise.all(changes.map((change) => everywhere(route53, change)));
      const answered = options.dryRun ? [] : await serversAnswerFrom(route53, names, READY, options.resolver);
      return { moved: changes.length > 0 ? "sent" : "there", notes: [...waited.flat(), ...answered] };
    }),
  );
}

/** Where a way back leads: all of the weight on AWS. */
const READY = positionOf({ steps: [{ ...BACK, since: "" }] });

/** What was sent for one application. */
interface Sent {
  readonly names: readonly ZonedName[];
  /** The ids by which Route 53 is asked how far they are. */
  readonly changes: readonly string[];
  /** What would have been sent. */
  readonly dry: readonly string[];
}

/** Each zone is read once, and before anything is sent. */
class LiveZones {
  private readonly records = new Map<string, Promise<RecordSet[]>>();

  constructor(readonly route53: Route53) {}

  async of(zones: readonly string[]): Promise<ReadonlyMap<string, readonly RecordSet[]>> {
    const read = zones.map(async (zone) => {
      const records = this.records.get(zone) ?? this.route53.records(zone);
      this.records.set(zone, records);
      return [zone, await records] as const;
    });
    return new Map(await Promise.all(read));
  }
}

/** @throws UserError for what Route 53 would refuse, or refuses; of two zones the first may be sent by then */
async function send(
  environment: string,
  { application, component }: Leaving,
  zones: LiveZones,
  { dryRun, tell }: SendOptions,
): Promise<Sent> {
  const names = (component.names ?? []).filter(isZoned);
  const all = backBatches(environment, application, component);
  const records = await zones.of(all.map(({ HostedZoneId }) => HostedZoneId));
  const ofZone = (zone: string) => names.filter((name) => name.zone.id === zone);
  const batches = all.filter(({ HostedZoneId }) => differencesFrom(ofZone(HostedZoneId), READY, records).length > 0);
  refuseRefused(application, batches, names, records);
  if (dryRun) return { names, changes: [], dry: batches.map(dryText) };
  const changes: string[] = [];
  for (const batch of batches) {
    changes.push(await zones.route53.send(batch).catch((error: unknown) => halfSent(error, batches, changes.length)));
    tell(`${application}: live in Route 53; waiting until every server has it`);
  }
  return { names, changes, dry: [] };
}

const dryText = ({ ChangeBatch, HostedZoneId }: Batch): string =>
  `would send ${ChangeBatch.Changes.length} changes to zone ${HostedZoneId}`;

/** @throws UserError before anything is sent, for every batch that Route 53 would refuse */
function refuseRefused(
  application: string,
  batches: readonly Batch[],
  names: readonly ZonedName[],
  records: ReadonlyMap<string, readonly RecordSet[]>,
): void {
  const said = batches.flatMap(({ ChangeBatch, HostedZoneId }) => {
    const zone = names.find((name) => name.zone.id === HostedZoneId)?.zone;
    return route53Issues({ name: zone?.name ?? "" }, records.get(HostedZoneId) ?? [], ChangeBatch.Changes);
  });
  if (said.length === 0) return;
  throw new UserError(
    [
      `${application}: Route 53 would refuse this, nothing of it was touched:`,
      ...said.map((line) => `  ${line}`),
      "  next: npx mmrv cutover status says what is there now",
    ].join("\n"),
  );
}

/** @throws UserError that says which zones are sent, when a later one is refused */
function halfSent(error: unknown, batches: readonly Batch[], sent: number): never {
  if (!(error instanceof UserError) || sent === 0) throw error;
  const zones = batches.slice(0, sent).map(({ HostedZoneId }) => HostedZoneId);
  throw new UserError(
    `users of the names in ${zones.join(", ")} are back on AWS, and the others are not: ${error.message}`,
  );
}

/** Waits until every server of AWS has a change. @returns why that is not known */
async function everywhere(route53: Route53, change: string): Promise<string[]> {
  try {
    await route53.waitFor(change);
    return [];
  } catch (error) {
    const { message } = asUserError(error);
    return [`Route 53 has taken it; whether every server has it is not known: ${message.split("\n")[0]}`];
  }
}

/** A mistake or a circumstance; a bug goes on. */
function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}
