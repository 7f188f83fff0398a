import { deliverableReleases, deliveryOf, PLATFORM } from "./delivery";
import type { Environment } from "./environment";
import { stackName } from "./naming";

/** The ids, in the stack of a release, of what Terraform has in the cluster: an address in a state is made of each, and may not move. */
export const IN_CLUSTER = { namespace: "namespace", release: "release" } as const;

/** What the stack of a release has in the cluster, by Terraform's addresses. With a release goes what it stands in. */
export const addressesInCluster = (release: string): string[] => [
  `helm_release.${IN_CLUSTER.release}`,
  ...(release === PLATFORM ? [`kubernetes_namespace_v1.${IN_CLUSTER.namespace}`] : []),
];

/** The release that a stack is for; undefined for every stack whose releases stay with Terraform, and for those without any. */
export const releaseOfStack = (
  environment: Pick<Environment, "applications" | "name">,
  stack: string,
): string | undefined =>
  deliverableReleases(environment).find((release) => stackName(environment.name, release) === stack);

/**
 * What a stack may forget, because its release is being handed over; nothing for every other stack. Nothing once Flux delivers
 * it: by then no state knows it.
 */
export function handedOver(
  environment: Pick<Environment, "applications" | "gitOps" | "name">,
  stack: string,
): string[] {
  const release = releaseOfStack(environment, stack);
  return release !== undefined && deliveryOf(environment, release) === "handover" ? addressesInCluster(release) : [];
}

/**
 * What a stack says in the place of a release that Terraform delivers no longer. The same in `handover` and in
 * `flux`: between them Terraform has nothing to do.
 */
export const handedOverSentence = ({ name }: Pick<Environment, "name">, release: string): string =>
  `Terraform releases ${release} no longer: npx mmrv handover status ${name} ${release} says who does`;
