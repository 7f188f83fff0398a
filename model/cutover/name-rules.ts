import { publicNamesOf } from "../domains";
import type { Environment } from "../environment";
import { type Issue, issue } from "../rules/issue";
import type { Cutover } from "./files";
import { positionOf } from "./position";
import { type RecordSet, recordsAfter } from "./record-set";
import { batchesBetween, isZoned, membersOf } from "./records";
import { route53Issues } from "./route53";
import type { AdoptedName, Component, FoundRecord } from "./schema";

/**
 * What is wrong with the names of one application: which they are, what was found of them, and what Route 53 would refuse.
 *
 * A name joins until the records are prepared, because it is imported as it was found and then takes every step with the
 * others. One that `domains` gets later is not asked for: no import could give it a weight in one go, and without changing it
 * first nobody would wait for its old TTL.
 */
export function nameIssues(environment: Environment, application: string, cutover: Cutover): Issue[] {
  const component = cutover.component(application);
  if (component === undefined || cutover.stageOf(application) === "off") return [];
  const path = `components.${application}.names`;
  const { names = [], steps } = component;
  // Of any step: those that were taken are judged too, below.
  const isPrepared = steps.some((step) => positionOf({ steps: [step] }).isPrepared);
  const issues = [
    ...unfitNames(environment, application, names, path),
    ...missingNames(environment, application, component, path),
    ...names.flatMap((name, index) => [
      ...zoneIssues(environment, name, `${path}.${index}`),
      ...recordIssues(name, `${path}.${index}`, isPrepared),
    ]),
  ];
  return issues.length > 0 ? issues : refusedSteps(component, path);
}

function unfitNames(
  environment: Environment,
  application: string,
  names: readonly AdoptedName[],
  path: string,
): Issue[] {
  const wanted = hostsOf(environment, application);
  const given = names.map(({ host }) => host);
  return given.flatMap((host, index) => {
    if (given.indexOf(host) < index) return [issue(`${path}.${index}.host`, host, "must be listed once")];
    if (wanted.includes(host)) return [];
    return [issue(`${path}.${index}.host`, host, `must be a name of ${application}: ${wanted.join(", ")}`)];
  });
}

/** As long as adopt can add them; and where no name of the application is there, whose weights nobody could set. */
function missingNames(environment: Environment, application: string, component: Component, path: string): Issue[] {
  const { isGivenUp, isPrepared } = positionOf(component);
  const given = (component.names ?? []).map(({ host }) => host);
  const missing = laterNames(environment, application, component);
  const hasAny = missing.length < hostsOf(environment, application).length;
  if (isGivenUp || (isPrepared && hasAny)) return [];
  const next = `npx mmrv cutover adopt ${environment.name} ${application}`;
  return missing.map((host) => issue(path, given.join(", ") || undefined, `must have ${host} too (${next})`));
}

/** The names of an application that its cutover does not have. */
export const laterNames = (environment: Environment, application: string, { names = [] }: Component): string[] =>
  hostsOf(environment, application).filter((host) => !names.some((name) => name.host === host));

const hostsOf = (environment: Environment, application: string): string[] =>
  publicNamesOf(environment)
    .filter((name) => name.application === application)
    .map(({ host }) => host);

function zoneIssues({ aws, dns, domains }: Environment, { host, zone }: AdoptedName, path: string): Issue[] {
  if (dns.via === "other")
    return zone === undefined
      ? []
      : [issue(`${path}.zone`, zone.id, "must be absent (dns.via is other: no record is ours)")];
  const known = publicNamesOf({ domains }).find((name) => name.host === host)?.hostedZoneId ?? aws.hostedZoneId;
  if (zone === undefined) return [issue(`${path}.zone`, zone, `must be the zone of ${host} (dns.via is route53)`)];
  return [
    ...(zone.id === known
      ? []
      : [issue(`${path}.zone.id`, zone.id, `must be ${known} (aws.hostedZoneId, or the name's own in domains)`)]),
    ...(host === zone.name || host.endsWith(`.${zone.name}`)
      ? []
      : [
          issue(
            `${path}.zone.name`,
            zone.name,
            `must be a zone that ${host} is in (a name of another zone moves nobody)`,
          ),
        ]),
  ];
}

function recordIssues({ aws, azure, zone }: AdoptedName, path: string, isPrepared: boolean): Issue[] {
  const types = aws.map(({ type }) => type);
  return [
    ...aws.flatMap((found, index) => formIssues(found, `${path}.aws.${index}`)),
    ...types.flatMap((type, index) =>
      types.indexOf(type) < index ? [issue(`${path}.aws.${index}.type`, type, "must be there once")] : [],
    ),
    ...(types.includes("CNAME") && types.length > 1
      ? [issue(`${path}.aws`, types.join(", "), "must be the CNAME alone (nothing stands beside a CNAME)")]
      : []),
    ...aws.flatMap(({ becomes, leaves, type }, index) => {
      const at = `${path}.aws.${index}`;
      if (type === "CNAME" && becomes === undefined && isPrepared && zone !== undefined)
        return [
          issue(`${at}.becomes`, becomes, "must be the alias that it becomes (a CNAME takes no weight beside an A)"),
        ];
      if (type !== "AAAA" || leaves || azure.AAAA !== undefined || !isPrepared) return [];
      const must = "must be true, or azure.AAAA must have an address (users of IPv6 would never leave AWS)";
      return [issue(`${at}.leaves`, leaves, must)];
    }),
    ...(aws.every(({ leaves }) => leaves)
      ? [issue(`${path}.aws`, types.join(", "), "must have a record that stays (the name would lead nowhere)")]
      : []),
    ...(azure.AAAA !== undefined && !aws.some(({ leaves, type }) => type === "AAAA" && !leaves)
      ? [
          issue(
            `${path}.azure.AAAA`,
            azure.AAAA,
            "must be absent (no AAAA of AWS stays: every user of IPv6 would go to Azure at once)",
          ),
        ]
      : []),
  ];
}

function formIssues(
  { alias, becomes, keepsTargetHealth, leaves, ttl, type, values }: FoundRecord,
  path: string,
): Issue[] {
  const isPlain = ttl !== undefined && values !== undefined;
  const isOne = alias === undefined ? isPlain : ttl === undefined && values === undefined;
  return [
    ...(isOne ? [] : [issue(path, type, "must have alias, or ttl and values")]),
    ...(becomes !== undefined && type !== "CNAME"
      ? [issue(`${path}.becomes`, becomes.name, "must be absent (only a CNAME becomes something else)")]
      : []),
    ...(leaves && type !== "AAAA" ? [issue(`${path}.leaves`, leaves, "must be absent (only an AAAA may leave)")] : []),
    ...(keepsTargetHealth !== undefined && alias === undefined
      ? [issue(`${path}.keepsTargetHealth`, keepsTargetHealth, "must be absent (only an alias has target health)")]
      : []),
  ];
}

/** What Route 53 would refuse of the steps that were taken, each batch upon the records that the one before it leaves. */
function refusedSteps({ names = [], steps }: Component, path: string): Issue[] {
  return names.flatMap((name, index) => {
    if (!isZoned(name)) return [];
    const places = steps.map((_, last) => membersOf(name, positionOf({ steps: steps.slice(0, last + 1) })));
    let records: readonly RecordSet[] = (places[0] ?? []).map(({ set }) => set);
    const batches = places.slice(1).flatMap((after, before) => batchesBetween(places[before] ?? [], after));
    const refusals = batches.flatMap((batch) => {
      const said = route53Issues({ name: name.zone.name }, records, batch);
      records = recordsAfter(records, batch);
      return said;
    });
    return [...new Set(refusals)].map((said) =>
      issue(`${path}.${index}`, name.host, `must be what Route 53 takes, which says: ${said}`),
    );
  });
}
