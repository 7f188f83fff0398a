import type { Environment } from "./environment";
import { APPLICATIONS, type Application } from "./naming";

/** The ACME directories: letsencrypt.org/docs/staging-environment. */
const DIRECTORIES = {
  letsEncrypt: "https://acme-v02.api.letsencrypt.org/directory",
  letsEncryptStaging: "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

export const acmeDirectory = ({ certificateAuthority }: Pick<Environment, "certificateAuthority">): string =>
  DIRECTORIES[certificateAuthority];

/**
 * How an application's domain is proven. By DNS as long as users may still be sent to AWS: a challenge by HTTP would
 * be asked of whoever DNS names, and that is not us.
 */
export const challengeOf = ({ cutover }: Pick<Environment, "cutover">, application: Application): "dns01" | "http01" =>
  cutover[application] === "retired" ? "http01" : "dns01";

/** What the nodes call to get a certificate: the authority, and Route 53 with the token that opens it. */
export function certificateHosts(environment: Pick<Environment, "aws" | "certificateAuthority" | "cutover">): string[] {
  const needsDns = APPLICATIONS.some((application) => challengeOf(environment, application) === "dns01");
  return [
    new URL(acmeDirectory(environment)).host,
    ...(needsDns ? [`sts.${environment.aws.region}.amazonaws.com`, "route53.amazonaws.com"] : []),
  ];
}
