import { type WebApplication, webApplicationsOf } from "./applications";
import { publicNamesOf } from "./domains";
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
export const challengeOf = ({ stage }: Pick<WebApplication, "stage">): "dns01" | "http01" =>
  stage === "retired" ? "http01" : "dns01";

/** By Route 53 zone, the hosts that are proven in it. */
export function challengeZonesOf(
  environment: Pick<Environment, "aws" | "domains">,
): { readonly hostedZoneId: string; readonly hosts: string[] }[] {
  const names = publicNamesOf(environment).map(({ host, hostedZoneId = environment.aws.hostedZoneId }) => ({
    host,
    hostedZoneId,
  }));
  return [...new Set(names.map((name) => name.hostedZoneId))].map((hostedZoneId) => ({
    hostedZoneId,
    hosts: names.filter((name) => name.hostedZoneId === hostedZoneId).map(({ host }) => host),
  }));
}

/** What the nodes call to get a certificate: the authority, and Route 53 with the token that opens it. */
export function certificateHosts(
  environment: Pick<Environment, "applications" | "aws" | "certificateAuthority" | "cutover" | "domains">,
): string[] {
  const needsDns = webApplicationsOf(environment).some((application) => challengeOf(application) === "dns01");
  return [
    new URL(acmeDirectory(environment)).host,
    ...(needsDns ? [`sts.${environment.aws.region}.amazonaws.com`, "route53.amazonaws.com"] : []),
  ];
}
