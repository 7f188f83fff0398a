import { APPLICATION_NAMESPACE } from "../../../model/naming";
import type { Kubectl } from "../../../tools/deploy/kubernetes/kubectl";
import { start } from "../../../tools/processes";
import type { Helm, KubernetesObject } from "../helm";

interface LiveObject extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & {
    readonly uid: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
  };
}

/** What must not change when a release changes hands: who each object is, and how often its spec was written. */
export type Identity = Readonly<Record<string, string>>;

const IN_NAMESPACE = ["--namespace", APPLICATION_NAMESPACE];

/** Every object of a release by its uid and generation, and the ReplicaSets and pods that are made of it. */
export async function identityOf(release: string, kubectl: Kubectl, helm: Helm): Promise<Identity> {
  const manifest = await helm.run(["get", "manifest", release]);
  const given = ["get", "--filename", "-", "--output", "json"];
  const made = ["get", "replicasets,pods", ...IN_NAMESPACE, "--selector", `app.kubernetes.io/name=${release}`];
  const [own, derived] = await Promise.all([
    kubectl.run(given, manifest).then((text) => JSON.parse(text) as { items?: LiveObject[] } & LiveObject),
    kubectl.json<{ items: LiveObject[] }>(made),
  ]);
  const all = [...(own.items ?? [own]), ...derived.items];
  return Object.fromEntries(
    all
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ kind, metadata: { generation, name, uid } }) => [`${kind} ${name}`, `${uid} ${generation ?? ""}`])
      .sort(([one = ""], [other = ""]) => one.localeCompare(other)),
  );
}

/** The same of several, by name, and the namespace that they are in. */
export async function identitiesOf(
  releases: readonly string[],
  kubectl: Kubectl,
  helm: Helm,
): Promise<Readonly<Record<string, Identity>>> {
  const namespace = { uid: (await uidOf("namespace", APPLICATION_NAMESPACE, kubectl)) ?? "" };
  const each = releases.map(async (release) => [release, await identityOf(release, kubectl, helm)] as const);
  return { namespace, ...Object.fromEntries(await Promise.all(each)) };
}

/** Helm's records of a release, wherever they are: `<namespace> v<revision> <status>`. */
export async function recordsOf(release: string, kubectl: Kubectl): Promise<string[]> {
  const { items } = await kubectl.json<{ items: KubernetesObject[] }>([
    ...["get", "secrets", "--all-namespaces", "--selector", `owner=helm,name=${release}`],
  ]);
  const revision = ({ metadata: { labels = {} } }: KubernetesObject) => Number(labels["version"]);
  return items
    .sort((one, other) => revision(one) - revision(other))
    .map(({ metadata: { labels = {}, namespace } }) => `${namespace} v${labels["version"]} ${labels["status"]}`);
}

/** What nothing that is refused may change: a release's objects and pods, and Helm's records of it. */
export interface ReleaseState {
  readonly objects: Identity;
  readonly records: readonly string[];
}

export async function stateOf(release: string, kubectl: Kubectl, helm: Helm): Promise<ReleaseState> {
  const [objects, records] = await Promise.all([identityOf(release, kubectl, helm), recordsOf(release, kubectl)]);
  return { objects, records };
}

/** The pods alone. */
export const podsOf = (objects: Identity): Identity =>
  Object.fromEntries(Object.entries(objects).filter(([name]) => name.startsWith("Pod ")));

/** Looks at all Deployments while something happens. */
export async function watchAvailability(kubeconfig: string): Promise<() => Promise<Readonly<Record<string, number>>>> {
  const line = `{.metadata.name} {.status.availableReplicas}{"\\n"}`;
  const words = ["--kubeconfig", kubeconfig, "get", "deployments", ...IN_NAMESPACE, "--watch"];
  const child = start("kubectl", [...words, "--output", `jsonpath=${line}`], { cwd: "/", env: process.env });
  let said = "";
  child.stdout?.on("data", (part: Buffer) => {
    said += part;
  });
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  /** @returns the fewest that were available of each */
  return async () => {
    child.kill("SIGKILL");
    await child;
    const fewest: Record<string, number> = {};
    for (const [name = "", count = "0"] of said.split("\n").map((line) => line.split(" ")))
      if (name !== "") fewest[name] = Math.min(fewest[name] ?? Number.POSITIVE_INFINITY, Number(count));
    return fewest;
  };
}

/** How often the cluster has said this of an object; its events outlive it. */
export async function timesOf(reason: string, kind: string, name: string, kubectl: Kubectl): Promise<number> {
  const fields = `reason=${reason},involvedObject.kind=${kind},involvedObject.name=${name}`;
  const { items } = await kubectl.json<{ items: { count?: number }[] }>([
    ...["get", "events", ...IN_NAMESPACE, "--field-selector", fields],
  ]);
  return items.reduce((sum, { count = 1 }) => sum + count, 0);
}

/** What Helm has kept of the values that a release was made with. */
export const valuesOf = async (release: string, helm: Helm): Promise<unknown> =>
  JSON.parse(await helm.run(["get", "values", release, "--output", "json"]));

/** Which object this is; undefined when there is none. */
export async function uidOf(kind: string, name: string, kubectl: Kubectl): Promise<string | undefined> {
  const words = ["get", kind, name, ...IN_NAMESPACE, "--ignore-not-found", "--output", "jsonpath={.metadata.uid}"];
  return (await kubectl.run(words)) || undefined;
}
