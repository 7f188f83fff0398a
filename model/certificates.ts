import { applicationNames } from "./applications";
import type { Cutover } from "./cutover/files";
import { hostsByZoneOf } from "./domains";
import type { Environment } from "./environment";

/** The ACME directories: letsencrypt.org/docs/staging-environment. */
const DIRECTORIES = {
  letsEncrypt: "https://acme-v02.api.letsencrypt.org/directory",
  letsEncryptStaging: "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

export const acmeDirectory = ({ certificateAuthority }: Pick<Environment, "certificateAuthority">): string =>
  DIRECTORIES[certificateAuthority];

/**
 * How an application's domain is proven, with its further names. By DNS as long as users may still be sent to AWS: a challenge by HTTP would
 * be asked of whoever DNS names, and that is not us.
 */
export const challengeOf = (application: string, cutover: Cutover): "dns01" | "http01" =>
  cutover.stageOf(application) === "retired" ? "http01" : "dns01";

/** The name of the TXT record by which a host is proven: its own, or where that one's CNAME leads. */
export const challengeNameOf = (host: string, { dns }: Pick<Environment, "dns">): string =>
  dns.via === "route53" ? `_acme-challenge.${host}` : `${host}.${dns.challenges}`;

/** By Route 53 zone, the records that prove hosts in it. */
export function challengeZonesOf(
  environment: Pick<Environment, "aws" | "dns" | "domains">,
): { readonly hostedZoneId: string; readonly records: string[] }[] {
  return hostsByZoneOf(environment).map(({ hostedZoneId, hosts }) => ({
    hostedZoneId,
    records: hosts.map((host) => challengeNameOf(host, environment)),
  }));
}

/** What the nodes call to get a certificate: the authority, and Route 53 with the token that opens it. */
export function certificateHosts(
  environment: Pick<Environment, "applications" | "aws" | "certificateAuthority">,
  cutover: Cutover,
): string[] {
  const webs = applicationNames({ applications: environment.applications.filter(({ kind }) => kind === "web") });
  const needsDns = webs.some((application) => challengeOf(application, cutover) === "dns01");
  return [
    new URL(acmeDirectory(environment)).host,
    ...(needsDns ? [`sts.${environment.aws.region}.amazonaws.com`, "route53.amazonaws.com"] : []),
  ];
}
