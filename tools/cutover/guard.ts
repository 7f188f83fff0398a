import { CUTOVER } from "../../environments/all";
import { type Cutover, Cutovers } from "../../model/cutover/files";
import { positionOf } from "../../model/cutover/position";
import { type RecordSet, setKey } from "../../model/cutover/record-set";
import { isZoned, membersOf } from "../../model/cutover/records";
import { weightsOf } from "../../model/cutover/stages";
import type { Environment } from "../../model/environment";
import { stackName } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { awsLogin } from "../aws/login";
import { environmentOf, type SynthesizedStack } from "../program/stacks";
import { differencesFrom } from "./live";
import { changesIn, plannedRecords, weightIn, weightOf } from "./plan-records";
import { cutoverRoleOf } from "./target";
import { bare, Route53 } from "./zone";

/** The environment whose users a stack moves; undefined for every other stack. */
export function movedBy(stack: Pick<SynthesizedStack, "id" | "settings">): Environment | undefined {
  const environment = environmentOf(stack);
  return environment && stack.id === stackName(environment.name, "cutover") ? environment : undefined;
}

/**
 * Weights that somebody has changed past Terraform, and that this plan would change again: whoever sent users back at night
 * shall not find them moved on in the morning. What the step before the last one says was written down, so it may be so.
 * @param before the weight of each record by that step, by address
 * @returns one a line; empty when there are none
 */
export function movedByHand(json: string, before: ReadonlyMap<string, number>): string[] {
  const { resource_changes, resource_drift } = changesIn(json);
  return resource_drift.flatMap(({ address, change }) => {
    const [left, now] = [weightIn(change.before), weightIn(change.after)];
    const planned = resource_changes.find((one) => one.address === address)?.change;
    const wanted = weightIn(planned?.after);
    if (left === now || planned === undefined || wanted === now) return [];
    // Terraform left what the last step says, and it is so no more; or it is what no step says.
    if (left !== wanted && now !== undefined && before.get(address) === now) return [];
    if (now === undefined)
      return [
        `${address}: it is not there any more, where Terraform left weight ${left}; this plan would make it ${wanted} (deleted by hand, or by a conversion that failed: docs/cutover.md)`,
      ];
    return [
      `${address}: somebody made its weight ${now}, where Terraform left ${left ?? "none"}; this plan would make it ${wanted ?? "none"}`,
    ];
  });
}

/**
 * Weights that are neither what the last step says nor what the step before it does: steps were written down that were
 * never deployed, and one apply would send all users at once where each step sends a few of them.
 * @param before the weight of each record by the step before the last one, by address
 * @param last the same by the last step
 * @returns one a line; empty when there are none. The way back to AWS is never among them
 */
export function skippedSteps(
  json: string,
  before: ReadonlyMap<string, number>,
  last: ReadonlyMap<string, number>,
): string[] {
  return changesIn(json).resource_changes.flatMap(({ address, change }) => {
    const [live, wanted] = [weightIn(change.before), weightIn(change.after)];
    const isKnown = before.has(address) || last.has(address);
    const isLeft = change.actions.some((action) => action === "no-op" || action === "forget");
    if (!isKnown || isLeft || live === wanted || isBack(address, wanted)) return [];
    if (live === before.get(address)) return [];
    const [from, to] = [before, last].map((weights) => weights.get(address) ?? "none");
    return [`${address}: Route 53 has weight ${live ?? "none"}; by the last two steps it goes from ${from} to ${to}`];
  });
}

/** Whether a weight is the one by which AWS has everybody. */
const isBack = (address: string, weight: number | undefined): boolean =>
  weight === weightsOf(0)[address.endsWith("-aws") ? "aws" : "azure"];

/**
 * The weight of each record by its address, as the steps of each application say it.
 * @param leaveOut how many of the last steps do not count
 */
const weightsBy = ({ file }: Cutover, leaveOut: 0 | 1): Map<string, number> =>
  new Map(
    Object.values(file.components ?? {}).flatMap(({ names = [], steps }) =>
      names
        .filter(isZoned)
        .flatMap((name) => membersOf(name, positionOf({ steps: steps.slice(0, steps.length - leaveOut) })))
        .flatMap(({ resource, set }) =>
          set.Weight === undefined ? [] : [[`aws_route53_record.${resource}`, set.Weight] as const],
        ),
    ),
  );

/**
 * @throws UserError for weights that were changed past Terraform, and for steps that were skipped; nothing for a plan of
 * another stack
 */
export function refuseMovedByHand(
  stack: Pick<SynthesizedStack, "id" | "settings">,
  json: string,
  cutovers = new Cutovers(CUTOVER),
): void {
  const environment = movedBy(stack);
  if (environment === undefined) return;
  const { name } = environment;
  const cutover = cutovers.of(environment);
  const before = weightsBy(cutover, 1);
  const byHand = movedByHand(json, before);
  if (byHand.length > 0)
    throw new UserError(
      [
        `${stack.id}: weights were changed past Terraform, nothing was touched`,
        ...byHand.map((line) => `  ${line}`),
        `  next: npx mmrv cutover status ${name}; when users were sent back: npx mmrv cutover back ${name}, which writes it down`,
      ].join("\n"),
    );
  const skipped = skippedSteps(json, before, weightsBy(cutover, 0));
  if (skipped.length === 0) return;
  throw new UserError(
    [
      `${stack.id}: a step was never deployed, and this plan would skip it; nothing was touched`,
      ...skipped.map((line) => `  ${line}`),
      `  next: npx mmrv cutover status ${name}; then deploy each step by itself, from its own commit: git switch --detach COMMIT, deploy, then the next one`,
    ].join("\n"),
  );
}

/**
 * The first deployment of an application takes over its records and changes nothing: what was written in the file is then
 * known to be what is in the zone. At every stage, whatever is imported is left as it is.
 * @throws UserError for a plan that would change a record which is adopted as it was found, or which it imports
 */
export function refuseMoreThanImports(
  stack: Pick<SynthesizedStack, "id" | "settings">,
  json: string,
  cutovers = new Cutovers(CUTOVER),
): void {
  const environment = movedBy(stack);
  if (environment === undefined) return;
  const cutover = cutovers.of(environment);
  const found = Object.entries(cutover.file.components ?? {}).flatMap(([name, { names = [] }]) => {
    const at = cutover.positionOf(name);
    const isAsFound = at.stage === "adopt" && !at.isPrepared;
    return isAsFound ? names.filter(isZoned).flatMap((zoned) => membersOf(zoned, at)) : [];
  });
  const addresses = found.map(({ resource }) => `aws_route53_record.${resource}`);
  const changed = changesIn(json).resource_changes.filter(
    ({ address, change, type }) =>
      (addresses.includes(address) || (type === "aws_route53_record" && change.importing != null)) &&
      change.actions.some((action) => action !== "no-op"),
  );
  if (changed.length === 0) return;
  throw new UserError(
    [
      `${stack.id}: adopting must change nothing, and this plan would; nothing was touched`,
      ...changed.map(({ address, change }) => `  ${address}: ${change.actions.join(", ")}`),
      changed.some(({ address }) => addresses.includes(address))
        ? `  next: npx mmrv cutover adopt ${environment.name}, which looks at the zone again`
        : "  next: deploy the step adopt by itself, from its own commit: git switch --detach COMMIT, deploy, then the next one; after a failed conversion: docs/cutover.md",
    ].join("\n"),
  );
}

/**
 * Asks Route 53, right before an apply, whether it still has the weights that the plan was made from.
 * @throws UserError when it has others, and when it cannot be asked
 */
export async function refuseStaleWeights(
  stack: Pick<SynthesizedStack, "id" | "settings">,
  json: string,
): Promise<void> {
  const environment = movedBy(stack);
  const planned = environment ? plannedRecords(json) : [];
  if (environment === undefined || planned.length === 0) return;
  await awsLogin(environment);
  const route53 = new Route53(cutoverRoleOf(environment));
  const live = new Map<string, readonly RecordSet[]>();
  for (const zone of new Set(planned.map(({ zone_id }) => zone_id))) live.set(zone, await route53.records(zone));
  const stale = planned.flatMap((record) => {
    const { name, set_identifier, type, zone_id } = record;
    const key = setKey({ Name: name, Type: type, ...(set_identifier && { SetIdentifier: set_identifier }) });
    const now = live.get(zone_id)?.find((set) => setKey(set) === key);
    if (now !== undefined && (now.Weight ?? undefined) === weightOf(record)) return [];
    const is =
      now === undefined ? "is not there" : `has ${now.Weight === undefined ? "no weight" : `weight ${now.Weight}`}`;
    return [
      `${type} ${bare(name)}${set_identifier ? ` ${set_identifier}` : ""} ${is}, and the plan was made from ${weightOf(record) ?? "no weight"}`,
    ];
  });
  if (stale.length === 0) return;
  throw new UserError(
    [
      `${stack.id}: Route 53 has changed since this plan was made, nothing was touched`,
      ...stale.map((line) => `  ${line}`),
      `  next: npx mmrv cutover status ${environment.name}, then plan again`,
    ].join("\n"),
  );
}

/**
 * Whether Route 53 has what the file says, after an apply: the aws provider counts a delete that was refused as done.
 * @returns what is otherwise, one a line
 */
export async function leftOtherwise(stack: Pick<SynthesizedStack, "id" | "settings">): Promise<string[]> {
  const environment = movedBy(stack);
  if (environment === undefined) return [];
  const cutover = new Cutovers(CUTOVER).of(environment);
  const applications = Object.entries(cutover.file.components ?? {}).filter(([, { names = [] }]) =>
    names.some(isZoned),
  );
  if (applications.length === 0) return [];
  const route53 = new Route53(cutoverRoleOf(environment));
  const zones = new Set(applications.flatMap(([, { names = [] }]) => names.filter(isZoned).map(({ zone }) => zone.id)));
  const live = new Map<string, readonly RecordSet[]>();
  for (const zone of zones) live.set(zone, await route53.records(zone));
  return applications.flatMap(([name, { names = [] }]) => {
    const at = cutover.positionOf(name);
    const differences = at.stage === "off" || at.isGivenUp ? [] : differencesFrom(names, at, live);
    return differences.map(({ text }) => `${name}: ${text}`);
  });
}
