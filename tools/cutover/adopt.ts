import { laterNames } from "../../model/cutover/name-rules";
import { positionOf } from "../../model/cutover/position";
import type { RecordSet } from "../../model/cutover/record-set";
import type { AdoptedName } from "../../model/cutover/schema";
import { type PublicName, publicNamesOf } from "../../model/domains";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { awsLogin } from "../aws/login";
import { complain } from "../output";
import { quoted } from "../shell";
import { AliasZones } from "./alias-zones";
import { CutoverDocument } from "./document";
import type { Finding, Surroundings } from "./finding";
import { findingsOf } from "./findings";
import { foundByDns } from "./found-by-dns";
import { withWhatWasSaid } from "./found-record";
import { addressesOf, caaOf, delegatedServers } from "./measure/dns-records";
import { isMeasured, type NotMeasured } from "./measure/not-measured";
import { azureLabelOf, cutoverRoleOf, type Target } from "./target";
import { type LiveZone, Route53 } from "./zone";

export interface AdoptOptions {
  /** Why a finding that asks may stay, by its rule in small letters. */
  readonly accepted: ReadonlyMap<string, string>;
  /** The moment of the step, in ISO 8601. */
  readonly at: string;
  /** Azure's addresses. @default what the DNS label of the gateway answers */
  readonly azure?: AdoptedName["azure"];
  /** Who answers for what was accepted. */
  readonly by: string;
  readonly dryRun?: boolean;
  readonly resolver?: readonly string[];
}

/** What was found of one application. */
export interface Adopted {
  readonly application: string;
  readonly names: readonly AdoptedName[];
  readonly findings: readonly (Finding & { readonly host: string })[];
  /** Whether the file has it now, or would have it. */
  readonly isAdopted: boolean;
}

/**
 * Looks at every name in the live zone, and writes what it found, unless something stands in the way. Applications that have
 * begun are looked at again as long as their records are as they were found.
 * @throws UserError for another account, a zone that is not there, and applications that are further on
 */
export async function adopt({ applications, environment }: Target, options: AdoptOptions): Promise<Adopted[]> {
  const document = await CutoverDocument.open(environment, { adopts: true });
  refuseBegun(document, applications);
  const azure = options.azure ?? (await azureAddresses(environment, options.resolver));
  const look = environment.dns.via === "route53" ? await lookInRoute53(environment, options) : undefined;
  const done: Adopted[] = [];
  for (const application of applications) {
    const names = publicNamesOf(environment).filter((name) => name.application === application);
    const found = [];
    for (const name of names)
      found.push(
        look ? findingsOf(name.host, azure, await look(name)) : await foundByDns(name.host, azure, options.resolver),
      );
    const findings = found.flatMap((one) => one.findings.map((finding) => ({ ...finding, host: one.name.host })));
    const isAdopted = findings.every((finding) => isOut(finding, options.accepted));
    done.push({ application, names: found.map((one) => one.name), findings, isAdopted });
  }
  if (done.every(({ isAdopted }) => isAdopted)) await keep(document, done, options);
  return done.map((one) => ({ ...one, isAdopted: done.every(({ isAdopted }) => isAdopted) }));
}

/** Whether a finding stands in nobody's way. */
export const isOut = ({ rule, weight }: Finding, accepted: ReadonlyMap<string, string>): boolean =>
  weight === "note" || (weight === "ask" && accepted.has(rule));

function refuseBegun(document: CutoverDocument, applications: readonly string[]): void {
  const begun = applications.filter((name) => positionOf(document.cutover.component(name)).isPrepared);
  if (begun.length === 0) return;
  const { environment } = document;
  const later = begun.flatMap((name) =>
    laterNames(environment, name, document.cutover.component(name) ?? { steps: [] }),
  );
  if (later.length > 0)
    throw new UserError(
      `${document.file}: ${later.join(", ")} came after the records of ${begun.join(", ")} were prepared, and joins no more; nothing was touched\n  next: nothing has to be done for the cutover, which goes on without; at full, or before AWS's load balancer is deleted, lead the record to Azure by hand`,
    );
  throw new UserError(
    `${document.file}: ${begun.join(", ")}: adopted and prepared already, so what is in the zone now is our own; nothing was touched\n  next: npx mmrv cutover status ${environment.name}`,
  );
}

async function keep(document: CutoverDocument, done: readonly Adopted[], options: AdoptOptions): Promise<void> {
  for (const { application, findings, names } of done) {
    const isOff = document.cutover.stageOf(application) === "off";
    const before = document.cutover.component(application)?.names ?? [];
    const said = names.map((name) =>
      withWhatWasSaid(
        name,
        before.find(({ host }) => host === name.host),
        acceptedOf(name.host, findings, options),
      ),
    );
    document.setNames(application, said);
    // Looked at again, it is the same step: what was accepted stands at the names, because no step is ever changed.
    if (isOff) document.addStep(application, { stage: "adopt", since: options.at });
  }
  if (options.dryRun) document.check();
  else await document.write();
}

/** Of one name: each rule once, however many findings it has. */
function acceptedOf(host: string, findings: Adopted["findings"], { accepted, at, by }: AdoptOptions) {
  const asked = findings.filter((one) => one.host === host && one.weight === "ask").map(({ rule }) => rule);
  return [...new Set(asked)].flatMap((rule) => {
    const why = accepted.get(rule);
    return why === undefined ? [] : [{ rule, why, by, date: at.slice(0, 10) }];
  });
}

/** Of the label that belongs to the gateway's address, so that nobody has to be logged in to Azure. */
async function azureAddresses(environment: Environment, resolvers?: readonly string[]): Promise<AdoptedName["azure"]> {
  const label = azureLabelOf(environment);
  const dns = resolvers ? { resolvers } : {};
  const [v4, v6] = await Promise.all([addressesOf(label, "A", dns), addressesOf(label, "AAAA", dns)]);
  if (!isMeasured(v4) || !isMeasured(v6))
    throw new UserError(
      `${environment.name}: where Azure answers could not be asked: ${isMeasured(v4) ? (v6 as NotMeasured).notMeasured : v4.notMeasured}; nothing was touched\n  next: run it again, or say --azure-address`,
    );
  const [A, AAAA] = [v4, v6].map((found) => found.map(({ address }) => address)) as [string[], string[]];
  if (A.length > 0) return { A, ...(AAAA.length > 0 && { AAAA }) };
  throw new UserError(
    `${environment.name}: ${label} has no address, so nobody knows where Azure answers; nothing was touched\n  next: deploy ${environment.name}-infra, which makes it, or say --azure-address`,
  );
}

type Look = (name: PublicName) => Promise<Surroundings>;

/** Each zone is read once. */
async function lookInRoute53(environment: Environment, { resolver }: AdoptOptions): Promise<Look> {
  complain(`as ${await awsLogin(environment)}`);
  const route53 = new Route53(cutoverRoleOf(environment));
  const zones = new Map<string, Promise<readonly [LiveZone, readonly RecordSet[]]>>();
  const zoneOf = (id: string) => {
    const known = zones.get(id) ?? Promise.all([route53.zone(id), route53.records(id)]);
    zones.set(id, known);
    return known;
  };
  const dns = resolver ? { resolvers: resolver } : {};
  const aliasZones = new AliasZones(environment.aws.region);
  return async ({ host, hostedZoneId = environment.aws.hostedZoneId }) => {
    const [zone, records] = await zoneOf(hostedZoneId);
    refuseForeign(environment, host, zone);
    return {
      zone,
      records,
      privateTwins: await privateTwins(route53, host),
      delegatedTo: await delegatedServers(zone.name, dns),
      caa: await caaOf(host, dns),
      aliasZoneOf: await aliasZones.of(host, records),
      publicNames: publicNamesOf(environment).map((name) => name.host),
    };
  };
}

/** @throws UserError for a zone in which a record of the host would lead nobody */
function refuseForeign({ name }: Environment, host: string, zone: LiveZone): void {
  const why = zone.isPrivate
    ? "is private: only its VPCs see it"
    : host === zone.name || host.endsWith(`.${zone.name}`)
      ? undefined
      : `is that of ${zone.name}, which ${host} is not in`;
  if (why === undefined) return;
  throw new UserError(
    `zone ${zone.id} ${why}; nothing was touched\n  next: aws route53 list-hosted-zones-by-name --dns-name ${quoted(host.split(".").slice(-2).join("."))}, then mend aws.hostedZoneId, or the name's own, in environments/${name}.ts`,
  );
}

/** Private zones of the host or of a name above it. */
async function privateTwins(route53: Route53, host: string): Promise<string[]> {
  const labels = host.split(".");
  const names = labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
  const zones = await Promise.all(names.map((name) => route53.zonesNamed(name)));
  return zones
    .flat()
    .filter(({ isPrivate }) => isPrivate)
    .map(({ id }) => id);
}
