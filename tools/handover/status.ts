import { deliveryOf } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { APPLICATION_NAMESPACE, stackName } from "../../model/naming";
import type { Delivery } from "../../model/schema/git-ops";
import { type ClusterView, newestOf, type Revision } from "./cluster-view";
import { type Evidence, evidenceNow, keptEvidence, touchedSince } from "./evidence";
import { type HelmRelease, isActing, isReady, readiness } from "./flux-objects";
import { recordsStanding } from "./release-conditions";
import { renderedRelease, staleOf } from "./rendered";
import { ROOT } from "./root";
import { stepForward } from "./steps";

/** What is known of one release now. */
export interface ReleaseStatus {
  readonly release: string;
  /** By the environment's file. */
  readonly delivery: Delivery;
  /** Helm's newest record; null for a release that is not there. */
  readonly record: Revision | null;
  /** Flux's object; null when there is none. */
  readonly helmRelease: {
    readonly isSuspended: boolean;
    readonly isActing: boolean;
    readonly isReady: boolean;
    /** Why, in its controller's words. */
    readonly says: string;
  } | null;
  /** What Flux applied last, as branch@sha1:commit; null when it applied nothing. */
  readonly applied: string | null;
  /** What was live before the last step; null when nothing was kept on this machine. */
  readonly since: { readonly takenAt: string; readonly revision: number; readonly touched: readonly string[] } | null;
  /** What is otherwise than the file says, or was touched. */
  readonly differences: readonly string[];
  /** The next step towards Flux; null behind the last. */
  readonly next: Delivery | null;
}

export interface StatusOptions {
  /** What was live before, kept elsewhere than by the last step. */
  readonly after?: string;
}

/** @throws UserError when the cluster cannot be asked */
export async function statusOf(
  environment: Environment,
  release: string,
  view: ClusterView,
  { after }: StatusOptions = {},
): Promise<ReleaseStatus> {
  const delivery = deliveryOf(environment, release);
  const of = { environment: environment.name, release };
  const rendered = environment.gitOps.via === "none" ? undefined : renderedRelease(environment, release);
  const [revisions, object, kustomization, stale, before] = await Promise.all([
    view.revisions(release),
    rendered && view.helmRelease(rendered.metadata.name),
    view.kustomization(release),
    staleOf(environment, release),
    keptEvidence(of, ROOT, after),
  ]);
  const now = before && (await evidenceNow(view, { ...of, delivery, takenAt: "" }));
  const touched = before ? touchedSince(before, now ?? { objects: [] }) : [];
  return {
    release,
    delivery,
    record: newestOf(revisions) ?? null,
    helmRelease: object ? standingOf(object) : null,
    applied: kustomization?.status.lastAppliedRevision ?? null,
    since: before ? { takenAt: before.takenAt, revision: before.revision, touched } : null,
    differences: [
      ...stale.map((file) => `${file} is not what environments/ says: npx mmrv render`),
      ...recordDifferences(environment, release, revisions),
      ...fluxDifferences(environment, release, object),
      ...adoptionDifferences(environment, release, object, newestOf(revisions)),
      ...(before ? revisionDifferences(delivery, before, now) : []),
      ...touched,
    ],
    next: stepForward(environment, release)?.to ?? null,
  };
}

const standingOf = (object: HelmRelease): NonNullable<ReleaseStatus["helmRelease"]> => ({
  isSuspended: object.spec.suspend,
  isActing: isActing(object),
  isReady: isReady(object),
  says: readiness(object),
});

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
      : `revision ${newest.revision} is not Flux's, whose last is ${own}: somebody else has released it (not ${stackName(environment.name, release)}?)`,
  ];
}

/** Adoption and its way back are one upgrade each; a handover is none. */
function revisionDifferences(delivery: Delivery, before: Evidence, now: Evidence | undefined): string[] {
  if (now === undefined) return [`revision ${before.revision} was there before, and no release is now`];
  if (delivery === "handover" && now.revision !== before.revision && before.delivery === "terraform")
    return [`revision ${before.revision} became ${now.revision}: somebody has released it meanwhile`];
  return now.revision < before.revision ? [`revision ${before.revision} became ${now.revision}`] : [];
}
