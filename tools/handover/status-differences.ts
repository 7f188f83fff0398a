import { deliveryOf } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import type { Delivery } from "../../model/schema/git-ops";
import { newestOf, type Revision } from "./cluster-view";
import { type HelmRelease, isActing, isReady, readiness } from "./flux-objects";
import { recordsStanding } from "./release-conditions";

/** What a release is judged by. */
export interface Found {
  readonly revisions: readonly Revision[];
  readonly object: HelmRelease | undefined;
  /** Rendered files that are not what the environments say. */
  readonly stale: readonly string[];
  /** What has been touched since the last step. */
  readonly touched: readonly string[];
  /** The last step on this machine. */
  readonly before?: Before;
}

interface Before {
  /** Who delivered before it. */
  readonly delivery: Delivery;
  readonly revision: number;
  /** The revision now; undefined for a release that is gone. */
  readonly after: number | undefined;
}

/** What of a release is otherwise than the environment's file says, or was touched; none when all is as it should be. */
export function differencesOf(environment: Environment, release: string, found: Found): string[] {
  const { before, object, revisions, stale, touched } = found;
  return [
    ...stale.map((file) => `${file} is not what environments/ says: npx mmrv render`),
    ...recordDifferences(environment, release, revisions),
    ...fluxDifferences(environment, release, object),
    ...adoptionDifferences(environment, release, object, newestOf(revisions)),
    ...(before ? revisionDifferences(deliveryOf(environment, release), before) : []),
    ...touched,
  ];
}

/** A release that was never there is none that is wrong. */
function recordDifferences(environment: Environment, release: string, revisions: readonly Revision[]): string[] {
  if (revisions.length === 0 && deliveryOf(environment, release) === "terraform") return [];
  const { isGood, text } = recordsStanding(environment.name, release, revisions);
  return isGood ? [] : [text];
}

function fluxDifferences(environment: Environment, release: string, object: HelmRelease | undefined): string[] {
  const { name } = environment;
  switch (deliveryOf(environment, release)) {
    case "terraform":
      if (object === undefined) return [];
      return object.spec.suspend
        ? [`its HelmRelease is left over, suspended: npx mmrv handover back ${name} ${release} takes it away`]
        : ["its HelmRelease is not suspended: two deliver one release, Terraform and Flux"];
    case "handover":
      if (object === undefined) return ["Flux has not made its HelmRelease yet"];
      return [
        ...(object.spec.suspend ? [] : ["its HelmRelease is not suspended: Flux acts on it"]),
        ...(isActing(object) ? ["an action of Flux's still runs on it"] : []),
      ];
    case "flux":
      if (object === undefined) return ["its HelmRelease is not there, so nobody delivers it"];
      if (object.spec.suspend) return ["its HelmRelease is suspended: Flux does not act on it"];
      if (object.status.observedGeneration !== object.metadata.generation)
        return ["Flux has not looked at the last change of its HelmRelease yet"];
      return isReady(object) ? [] : [`its HelmRelease is not ready: ${readiness(object)}`];
  }
}

/** Whether the newest revision is Flux's own, where Flux delivers. */
function adoptionDifferences(
  environment: Environment,
  release: string,
  object: HelmRelease | undefined,
  newest: Revision | undefined,
): string[] {
  const isFlux = deliveryOf(environment, release) === "flux" && object !== undefined && !object.spec.suspend;
  const own = object?.status.history[0]?.version;
  if (!isFlux || newest === undefined || newest.namespace !== APPLICATION_NAMESPACE || own === newest.revision)
    return [];
  return [
    own === undefined
      ? "Flux has not adopted it yet"
      : `revision ${newest.revision} is not Flux's, whose last is ${own}: somebody else has released it`,
  ];
}

/** Adoption and its way back are one upgrade each; a handover is none. */
function revisionDifferences(delivery: Delivery, { after, delivery: from, revision }: Before): string[] {
  if (after === undefined) return [`revision ${revision} was there before, and no release is now`];
  if (delivery === "handover" && from === "terraform" && after !== revision)
    return [`revision ${revision} became ${after}: somebody has released it meanwhile`];
  return after < revision ? [`revision ${revision} became ${after}`] : [];
}
