import { applicationNames } from "./applications";
import type { Environment } from "./environment";
import type { Delivery } from "./schema/git-ops";

/** The release of what all applications share. */
export const PLATFORM = "platform";

type Delivered = Pick<Environment, "gitOps">;

/** Who delivers a release. */
export function deliveryOf({ gitOps }: Delivered, release: string): Delivery {
  if (gitOps.via === "none" || !Object.hasOwn(gitOps.delivery, release)) return "terraform";
  return gitOps.delivery[release] ?? "terraform";
}

/** The releases that can be handed over, in the order in which they depend on each other; add-ons stay with Terraform. */
export const deliverableReleases = (environment: Pick<Environment, "applications">): string[] => [
  PLATFORM,
  ...applicationNames(environment),
];

/** Those that Flux has been told of, suspended or not. */
export const releasesOfFlux = (environment: Delivered & Pick<Environment, "applications">): string[] =>
  deliverableReleases(environment).filter((release) => deliveryOf(environment, release) !== "terraform");

/** Beside the stacks of an environment, what deploys all that Flux delivers there: `<env>-releases` moves its branch. */
export const RELEASES = "releases";

/** The branch that Flux reads: what has been approved for the environment. */
export const deployedBranch = ({ name }: Pick<Environment, "name">): string => `deployed/${name}`;

/**
 * What Flux applies of every environment before any release, and after the last: it shows that the credential is good and that what
 * is approved reaches the cluster, and Azure refuses a configuration that applies nothing.
 */
export const PROBE = "probe";

/** The folder of what Flux applies for a release, from the root of the repository. */
export const gitOpsFolder = (environment: Pick<Environment, "name">, release: string): string =>
  `gitops/${environment.name}/${release}`;

/**
 * What Flux is told beside the repository, as `post_build.substitute` of a release's Kustomization: what only Azure knows. The
 * platform needs nothing; without any variable Flux would leave "$$" as it is, so the environment's name is always told.
 */
export const SUBSTITUTES = { clientId: "client_id", environment: "environment", tenantId: "tenant_id" } as const;

/** On every HelmRelease that is rendered: what `deliveryOf` says of it, which CI compares with that of the merge base. */
export const DELIVERY_ANNOTATION = "mmrv/delivery";
