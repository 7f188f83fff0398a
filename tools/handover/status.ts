import { deliveryOf } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import type { Delivery } from "../../model/schema/git-ops";
import { type ClusterView, newestOf, type Revision } from "./cluster-view";
import { evidenceNow, keptEvidence, touchedSince } from "./evidence";
import { type HelmRelease, isActing, isReady, readiness } from "./flux-objects";
import { staleOf } from "./rendered";
import { ROOT } from "./root";
import { differencesOf } from "./status-differences";
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
  const [revisions, object, kustomization, stale, before] = await Promise.all([
    view.revisions(release),
    view.helmRelease(release),
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
    differences: differencesOf(environment, release, {
      ...{ object, revisions, stale, touched },
      ...(before && { before: { ...before, after: now?.revision } }),
    }),
    next: stepForward(environment, release)?.to ?? null,
  };
}

const standingOf = (object: HelmRelease): NonNullable<ReleaseStatus["helmRelease"]> => ({
  isSuspended: object.spec.suspend,
  isActing: isActing(object),
  isReady: isReady(object),
  says: readiness(object),
});
