import { webApplicationsOf } from "../../model/applications";
import { awsRoleArn } from "../../model/aws-roles";
import { didYouMean } from "../../model/did-you-mean";
import type { Environment } from "../../model/environment";
import { refuseMarkersUnder } from "../../model/markers";
import { namesOf } from "../../model/naming";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { findEnvironment } from "../program/find-environment";

/** Whose users are meant. */
export interface Target {
  readonly environment: Environment;
  /** One, or every web application of the environment. */
  readonly applications: readonly string[];
}

/**
 * @throws UserError for an environment or web application that is not there, and while what only the owner knows of its DNS
 * is a marker
 */
export function targetOf(name: string, application: string | undefined): Target {
  const environment = findEnvironment(name);
  const webs = webApplicationsOf(environment).map((web) => web.name);
  if (application !== undefined && !webs.includes(application))
    throw new UserError(
      `${printable(application)}: no web application of ${name} is called so${didYouMean(application, webs)}; there are ${webs.join(", ")}`,
    );
  const applications = application === undefined ? webs : [application];
  refuseMarkersUnder(environment, [
    "aws.accountId",
    "aws.hostedZoneId",
    ...applications.map((one) => `domains.${one}`),
  ]);
  return { environment, applications };
}

/** The role that may change the records, as an ARN. */
export const cutoverRoleOf = (environment: Environment): string =>
  awsRoleArn(environment, namesOf(environment).awsCutoverRole);

/** By which name Azure answers, whatever its address: made with the address itself (stacks/infra-network.ts). */
export const azureLabelOf = (environment: Environment): string =>
  `${namesOf(environment).gatewayDnsLabel}.${environment.region}.cloudapp.azure.com`;
