import { webApplicationsOf } from "../applications";
import type { Environment } from "../environment";
import type { Cutover } from "./files";
import { givenUpResources, isZoned } from "./records";

/** The records that Terraform forgets because they were given up, by its addresses; they stay in Route 53. */
export const givenUpAddresses = (
  environment: Pick<Environment, "applications" | "domains">,
  cutover: Cutover,
): string[] =>
  webApplicationsOf(environment).flatMap(({ name }) =>
    (cutover.component(name)?.names ?? [])
      .filter(isZoned)
      .flatMap((zoned) => givenUpResources(zoned, cutover.positionOf(name)))
      .map((resource) => `aws_route53_record.${resource}`),
  );
