import { CUTOVER } from "../../environments/all";
import { applicationNames } from "../../model/applications";
import { Cutovers } from "../../model/cutover/files";
import type { Environment } from "../../model/environment";
import type { HelmValues } from "../../model/helm-values";
import { markersOf } from "../../model/markers";
import { secretsOf } from "../../model/rules/secrets";
import type { SynthesizedStack } from "../program/stacks";
import { type EscrowRecord, recordFile } from "../secrets/write-escrow";
import { type Finding, finding, missing, ready, type Said } from "./finding";

/** How old an escrow file may be, in days: a quarter, as secrets are rotated. */
export const ESCROW_DAYS = 90;

/** What the files of this repository say, without asking anybody. */
export function writtenFindings(
  primary: Environment,
  standby: Environment,
  {
    escrow,
    helmValues,
    on,
    stacks,
  }: {
    readonly escrow: EscrowRecord | undefined;
    readonly helmValues: HelmValues;
    /** The day for which it is judged, as YYYY-MM-DD. */
    readonly on: string;
    /** Of the standby. */
    readonly stacks: readonly SynthesizedStack[];
  },
): Finding[] {
  return [
    finding("markers", markersSaid(standby)),
    finding("images", imagesSaid(stacks)),
    finding("escrow", escrowSaid(primary, escrow, namesIn(primary, helmValues), on)),
    finding("dns", dnsSaid(primary, standby)),
  ];
}

function markersSaid(standby: Environment): Said {
  const open = markersOf(standby);
  if (open.length === 0) return ready(`environments/${standby.name}.ts has no marker`);
  return missing(
    `${open.length} ${open.length === 1 ? "value is" : "values are"} still a marker, such as ${open[0]?.path}: a deployment stops on it`,
    "npm start lists them, each with its question",
  );
}

function imagesSaid(stacks: readonly SynthesizedStack[]): Said {
  const lacking = stacks.flatMap(({ missing: reasons }) => reasons);
  if (lacking.length === 0) return ready("every application has a digest");
  return missing(lacking.join("; "), "docs/pipelines.md: an image is promoted");
}

/** What an environment's applications look for in their vaults, by its files. */
export function namesIn(environment: Environment, helmValues: HelmValues): Map<string, readonly string[]> {
  return new Map(
    applicationNames(environment).map((application) => {
      const { merged } = helmValues.of(application, environment);
      const listed = Array.isArray(merged["secrets"]) ? (merged["secrets"] as { readonly name?: unknown }[]) : [];
      const names = [
        ...secretsOf(environment, application).map(({ to }) => to),
        ...listed.map(({ name }) => String(name)),
      ];
      return [application, [...new Set(names.map((name) => name.toLowerCase()))]];
    }),
  );
}

export function escrowSaid(
  { name }: Environment,
  record: EscrowRecord | undefined,
  wanted: ReadonlyMap<string, readonly string[]>,
  on: string,
): Said {
  const next = `npx mmrv secrets escrow ${name} --recipient AGE_PUBLIC_KEY > FILE, and commit ${recordFile(name)}`;
  if (record === undefined) return missing("none was ever written", next);
  const age = Math.round((Date.parse(on) - Date.parse(record.date)) / 86_400_000);
  if (age > ESCROW_DAYS) return missing(`it is ${age} days old, and secrets change in ${ESCROW_DAYS}`, next);
  const lost = [...wanted].flatMap(([application, names]) => {
    const there = (record.secrets[application] ?? []).map((one) => one.toLowerCase());
    return names.filter((one) => !there.includes(one)).map((one) => `${application}/${one}`);
  });
  if (lost.length > 0) return missing(`it lacks ${lost.join(", ")}`, next);
  return ready(`of ${record.date}, for ${record.recipients.length} owners`);
}

function dnsSaid(primary: Environment, standby: Environment): Said {
  if (primary.dns.via === "other") return ready("DNS is elsewhere, and records are set there by hand");
  const { standby: target } = new Cutovers(CUTOVER).of(primary).file;
  const next = `npx mmrv cutover over ${primary.name} --prepare`;
  if (target === undefined)
    return missing(`cutover/${primary.name}.yaml does not say where ${standby.name} answers`, next);
  return ready(`${standby.name} answers at ${target.azure.A.join(", ")}`);
}
