import { APPLICATION_NAMESPACE, stackName } from "../../model/naming";
import type { Values } from "../../model/read-values";
import type { Revision } from "./cluster-view";
import { newestOf } from "./cluster-view";
import { bad, good, type Standing } from "./conditions";
import { differingPaths } from "./flux-values";
import type { LiveWorkload } from "./live-objects";
import type { ReleaseRecord } from "./release-record";

/** What a handover would replace one by one if it had to, without a gap. */
const LEAST_REPLICAS = 2;

/**
 * Whether what is deployed is what the files say.
 * @param changes what a deployment would change; undefined when it would change nothing
 */
export function planStanding(environment: string, release: string, changes: string | undefined): Standing {
  const id = stackName(environment, release);
  return changes === undefined
    ? good(`a deployment of ${id} would change nothing`)
    : bad(`a deployment of ${id} would change something: ${changes}`, `npx mmrv deploy ${id}`);
}

/** Whether Helm's records are of one release that is deployed, and no run is under way or was killed. */
export function recordsStanding(environment: string, release: string, revisions: readonly Revision[]): Standing {
  const newest = newestOf(revisions);
  const stack = stackName(environment, release);
  if (newest === undefined)
    return bad("was never released here", `deploy it by Terraform first: npx mmrv deploy ${stack}`);
  const elsewhere = [...new Set(revisions.map(({ namespace }) => namespace))].filter(
    (namespace) => namespace !== APPLICATION_NAMESPACE,
  );
  if (elsewhere.length > 0)
    return bad(
      `has records in ${elsewhere.join(", ")} too, so there are two releases of one name`,
      `see whose they are: helm list --all-namespaces --filter ^${release}$`,
    );
  const { revision, status } = newest;
  if (status.startsWith("pending-"))
    return bad(`revision ${revision} is ${status}: a run is under way, or was killed`, `npx mmrv unlock ${stack}`);
  if (status !== "deployed")
    return bad(`revision ${revision} is ${status}`, "mend the release first: a step hands over what works");
  const deployed = revisions.filter((one) => one.status === "deployed").map((one) => one.revision);
  if (deployed.length > 1)
    return bad(
      `revisions ${deployed.join(", ")} are all deployed; Helm has one`,
      `deploy once more by Terraform: npx mmrv deploy ${stack}`,
    );
  return good(`revision ${revision} is deployed, and there is one series of records`);
}

/** Whether every workload has all of its pods, and more than one of them. */
export function replicasStanding(workloads: readonly LiveWorkload[], acceptsGap: boolean): Standing {
  const short = workloads.filter(({ ready, replicas }) => ready < replicas);
  if (short.length > 0)
    return bad(
      short
        .map(({ kind, name, ready, replicas }) => `${kind} ${name} has ${ready} of ${replicas} pods ready`)
        .join("; "),
      "wait until all are, or see why not: kubectl describe",
    );
  const single = workloads.filter(({ replicas }) => replicas < LEAST_REPLICAS);
  const said = single.map(({ kind, name, replicas }) => `${kind} ${name} has ${replicas}`).join("; ");
  if (single.length > 0 && !acceptsGap)
    return bad(
      `${said}: nothing would stand in for it if its pod had to be replaced, which the step does not mean to`,
      `replicas: ${LEAST_REPLICAS} in helm-values/, or --accept-gap`,
    );
  if (single.length > 0) return good(`${said}, which was accepted`);
  if (workloads.length === 0) return good("nothing of it runs for ever");
  return good(workloads.map(({ name, ready }) => `${name} has ${ready} ready`).join(", "));
}

/** In a pod they change with each version of chart or image, and so would replace every pod at the adoption. */
const VERSIONED: readonly string[] = ["helm.sh/chart", "app.kubernetes.io/version"];

export function labelsStanding(workloads: readonly LiveWorkload[]): Standing {
  const found = workloads.flatMap(({ kind, name, podLabels }) =>
    VERSIONED.filter((label) => Object.hasOwn(podLabels, label)).map((label) => `${kind} ${name} has ${label}`),
  );
  return found.length === 0
    ? good("no label of the pods changes with a version")
    : bad(`${found.join("; ")} in its pods' labels`, "take it out of the pod template, and deploy by Terraform first");
}

/** Whether Flux would give Helm the very values that it was given last; paths alone are told. */
export function parityStanding(released: Values, byFlux: Values, remedy: string): Standing {
  const paths = differingPaths(released, byFlux);
  if (paths.length === 0) return good("Flux gives Helm the values that the release has");
  const more = paths.length > MOST_PATHS ? ` and ${paths.length - MOST_PATHS} more` : "";
  return bad(`differs in ${paths.slice(0, MOST_PATHS).join(", ")}${more}; the adoption would change what runs`, remedy);
}

/** A sentence stays one. */
const MOST_PATHS = 10;

/** What whoever lets Flux act has to know. */
export function adoptionNotes(record: Pick<ReleaseRecord, "config" | "version"> | undefined): string[] {
  const migration = record?.config?.["migration"] as Values | undefined;
  return [
    `the adoption is one upgrade by Helm: revision ${(record?.version ?? 0) + 1}, and no pod is replaced`,
    ...(migration?.["enabled"] === true ? ["its migration runs once more, as in every upgrade"] : []),
  ];
}
