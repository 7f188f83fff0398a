import { positionOf } from "./position";
import type { Change, RecordSet } from "./record-set";
import { isZoned, membersOf } from "./records";
import type { Component, Step } from "./schema";
import { isWeighted } from "./stages";

/** One call of ChangeResourceRecordSets, as the SDK sends it and as `aws … --cli-input-json` reads it. */
export interface Batch {
  readonly HostedZoneId: string;
  readonly ChangeBatch: { readonly Changes: readonly Change[]; readonly Comment: string };
}

/** What sends every user of an application back to AWS. */
export const BACK: Omit<Step, "since"> = { stage: "ready" };

/**
 * The calls that send every user of an application back at once: one for each zone, with every name and type. None where
 * the records have no weights.
 */
export function backBatches(environment: string, application: string, component: Component | undefined): Batch[] {
  const { names = [], steps = [] } = component ?? {};
  const at = positionOf({ steps });
  if (!isWeighted(at.stage)) return [];
  const ready = positionOf({ steps: [...steps, { ...BACK, since: "" }] });
  const members = names.filter(isZoned).flatMap((name) => membersOf(name, ready));
  const zones = [...new Set(members.map(({ zone }) => zone))];
  return zones.map((zone) => ({
    HostedZoneId: zone,
    ChangeBatch: {
      // AWS's side is raised first, though a batch is one change: whoever copies half of it shall not end with nobody.
      Changes: members
        .filter((member) => member.zone === zone)
        .map(({ set }) => ({ Action: "UPSERT", ResourceRecordSet: inOrder(set) })),
      Comment: `${environment}: every user of ${application} back to AWS`,
    },
  }));
}

/**
 * The fields in the order of docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html's model, in which the
 * SDK writes them whatever it is given; the AWS CLI keeps the order of its file. So both send the same bytes.
 */
const inOrder = ({ AliasTarget, Name, ResourceRecords, SetIdentifier, TTL, Type, Weight }: RecordSet): RecordSet => ({
  Name,
  Type,
  ...(SetIdentifier !== undefined && { SetIdentifier }),
  ...(Weight !== undefined && { Weight }),
  ...(TTL !== undefined && { TTL }),
  ...(ResourceRecords && { ResourceRecords }),
  ...(AliasTarget && { AliasTarget }),
});

/** The files of an application's calls, below cutover/break-glass/<environment>/: one for each zone. */
export const breakGlassNames = (application: string, batches: readonly Batch[]): string[] =>
  batches.map(({ HostedZoneId }) =>
    batches.length === 1 ? `${application}.json` : `${application}.${HostedZoneId}.json`,
  );

/** What stands in such a file. */
export const batchText = (batch: Batch): string => `${JSON.stringify(batch, null, 2)}\n`;
