import type { ReleaseStatus } from "./status";

/** What is known of one release, for people; what differs is told beside. */
export function linesOf({ applied, delivery, helmRelease, next, record, release, since }: ReleaseStatus): string[] {
  return [
    `${release}: ${delivery}`,
    `  release      ${record === null ? "none" : `revision ${record.revision}, ${record.status}, in ${record.namespace}`}`,
    `  HelmRelease  ${helmRelease === null ? "none" : helmReleaseText(helmRelease)}`,
    ...(applied === null ? [] : [`  applied      ${applied}`]),
    ...(since === null ? [] : [`  since        ${sinceText(since, record?.revision)}`]),
    ...(next === null ? [] : [`  next         ${next}`]),
  ];
}

function helmReleaseText({ isActing, isReady, isSuspended, says }: NonNullable<ReleaseStatus["helmRelease"]>): string {
  const state = isSuspended ? "suspended" : isReady ? "ready" : "not ready";
  return [`${state}${isActing ? ", at work" : ""}`, ...(isSuspended ? [] : [says])].join(": ");
}

function sinceText(
  { revision, takenAt, touched }: NonNullable<ReleaseStatus["since"]>,
  now: number | undefined,
): string {
  const upgrades = now === undefined || now === revision ? "" : `, revision ${revision} → ${now}`;
  return `${takenAt}: ${touched.length === 0 ? "nothing of it was touched" : `${touched.length} of its objects were touched (--remember begins anew)`}${upgrades}`;
}
