import { PROBE } from "../../model/delivery";
import type { Delivery } from "../../model/schema/git-ops";
import type { ChangedObject } from "./compare-objects";

/** What becomes of one release. */
export interface ReleaseDifference {
  readonly release: string;
  /** Who delivers it at the commit before; null where the commit says nothing of it. */
  readonly before: Delivery | null;
  readonly delivery: Delivery | null;
  /** Of what changes on the cluster, by kind, namespace and name. */
  readonly objects: readonly ChangedObject[];
  /** Why what is deployed could not be rendered: all of it is shown as new then. */
  readonly why: string | null;
}

/** What becomes of what Flux applies beside the releases. */
export type ProbeDifference = Pick<ReleaseDifference, "objects" | "why">;

/** What becomes of a release, in a line. */
export function sentenceOf(difference: ReleaseDifference): string {
  const { before, delivery, objects, release } = difference;
  const moved = before !== null && delivery !== null && before !== delivery ? `${before} → ${delivery}; ` : "";
  const isAdopted = delivery === "flux" && before !== null && before !== "flux";
  const adopted = isAdopted
    ? "; taking it over is one upgrade, so its migration runs, and it is compared with what the commit before says"
    : "";
  return `${release}: ${moved}${now(delivery, objects)}${adopted}${broken(difference)}`;
}

/** What becomes of what Flux applies beside the releases, in a line. */
export const probeSentence = (difference: ProbeDifference): string =>
  `${PROBE}: no release, and Flux applies it: ${differ(difference.objects)}${broken(difference)}`;

function now(delivery: Delivery | null, objects: readonly ChangedObject[]): string {
  switch (delivery) {
    case "terraform":
      return objects.length === 0
        ? "Terraform delivers it, and Flux reads nothing of it"
        : `Terraform delivers it, and Flux takes nothing away: ${differ(objects)}, for as long as Flux reads the folder`;
    case "handover":
      return `handed over and suspended, so nothing is released: ${differ(objects)}`;
    case "flux":
      return `Flux delivers it: ${differ(objects)}`;
    case null:
      return "the commit says nothing of it, and Flux takes nothing away";
  }
}

function differ(objects: readonly ChangedObject[]): string {
  const kept = objects.filter(({ is }) => is === "kept").length;
  const length = objects.length - kept;
  const changes = length === 0 ? "nothing changes" : length === 1 ? "1 object changes" : `${length} objects change`;
  return kept === 0 ? changes : `${changes}, and ${kept} that left Git ${kept === 1 ? "stays" : "stay"}`;
}

const broken = ({ why }: Pick<ReleaseDifference, "why">): string =>
  why === null ? "" : ` (what is deployed cannot be rendered, so all of it is shown as new: ${why})`;
