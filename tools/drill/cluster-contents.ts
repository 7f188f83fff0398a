import { setTimeout as sleep } from "node:timers/promises";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { UserError } from "../../model/user-error";
import type { Kubectl } from "../deploy/kubernetes/kubectl";
import type { KubernetesObject } from "../deploy/kubernetes/kubernetes-object";

/** How many objects there are, by kind; pods that are Ready, and no others. */
export type Contents = Readonly<Record<string, number>>;

/** What comes and goes by itself, beside pods: history, and what the controllers of Kubernetes make of the rest. */
const PASSING = ["ControllerRevision", "Endpoints", "EndpointSlice", "Event", "Job", "Lease", "ReplicaSet"];

/** Of Helm: its record of a release, of which there are as many as there were upgrades. */
const RECORD = "helm.sh/release.v1";

const READY_PODS = "Pods that are Ready";

/** What an object says that is counted. */
interface Found extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & { readonly deletionTimestamp?: string };
  readonly type?: string;
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** What is in the applications' namespace, and what of the whole cluster Helm has made. */
export async function contentsOf(kubectl: Kubectl): Promise<Contents> {
  const inside = await found(kubectl, "true", ["--namespace", APPLICATION_NAMESPACE]);
  const outside = await found(kubectl, "false", ["--selector", "app.kubernetes.io/managed-by=Helm"]);
  const counts: Record<string, number> = {};
  for (const object of [...inside, ...outside]) {
    const name = countedAs(object);
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function found(kubectl: Kubectl, isNamespaced: "false" | "true", where: readonly string[]): Promise<Found[]> {
  const listed = ["api-resources", "--verbs=list", `--namespaced=${isNamespaced}`, "--output=name"];
  const kinds = (await kubectl.run(listed)).split("\n").filter((kind) => kind !== "" && kind !== "componentstatuses");
  return (await kubectl.json<{ items: Found[] }>(["get", kinds.join(","), "--ignore-not-found", ...where])).items;
}

function countedAs({ kind, metadata, status, type }: Found): string | undefined {
  if (metadata.deletionTimestamp !== undefined || PASSING.includes(kind) || type === RECORD) return undefined;
  if (kind !== "Pod") return kind;
  const isReady = status?.conditions?.some((one) => one.type === "Ready" && one.status === "True");
  return isReady ? READY_PODS : undefined;
}

/** How long pods may take when everything is applied: minutes on a busy machine, and seconds on another. */
const PATIENCE_MS = 5 * 60_000;
const POLL_MS = 1_000;

/**
 * Waits until there is as much as there was.
 * @throws UserError with each kind of which there is more or less after five minutes
 */
export async function expectContents(kubectl: Kubectl, before: Contents): Promise<Contents> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const now = await contentsOf(kubectl);
    const different = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
      (kind) => before[kind] !== now[kind],
    );
    if (different.length === 0) return now;
    if (performance.now() > deadline) {
      const said = different.map((kind) => `${kind}: ${before[kind] ?? 0} before, ${now[kind] ?? 0} now`);
      throw new UserError(`drill cluster: not everything came back: ${said.join("; ")}`);
    }
    await sleep(POLL_MS);
  }
}
