import { deliverableReleases, deliveryOf } from "../delivery";
import type { Environment } from "../environment";
import { type Issue, issue } from "./issue";

/** Releases on their way between Terraform and Flux: nobody delivers them, and nothing else would say so. */
export const handoverWarnings = (environment: Environment): Issue[] =>
  deliverableReleases(environment)
    .filter((release) => deliveryOf(environment, release) === "handover")
    .map((release) =>
      issue(
        `gitOps.delivery.${release}`,
        "handover",
        `should not stay so (nobody releases it meanwhile; next: npx mmrv handover status ${environment.name} ${release})`,
      ),
    );
