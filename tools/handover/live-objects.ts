import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { PLATFORM } from "../../model/delivery";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../../model/naming";
import type { Kubectl } from "../deploy/kubernetes/kubectl";
import type { ReleaseRecord } from "./release-record";

const objectSchema = z.object({
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: z.string().default(""),
    uid: z.string(),
    generation: z.number().optional(),
    deletionTimestamp: z.string().optional(),
    ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
  }),
  spec: z
    .object({
      replicas: z.number().optional(),
      template: z
        .object({
          metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }).prefault({}),
        })
        .optional(),
    })
    .nullish(),
  status: z.object({ readyReplicas: z.number().default(0) }).nullish(),
});
type FoundObject = z.infer<typeof objectSchema>;

const listSchema = z.object({ items: z.array(objectSchema) });

/** An object of a release that is there; no more of it than tells whether somebody has touched it. */
export interface LiveObject {
  readonly kind: string;
  /** Empty for one that is in none. */
  readonly namespace: string;
  readonly name: string;
  /** Another one has another, also under the same name. */
  readonly uid: string;
  /** Counts changes of its specification; null for what has none, such as a ConfigMap. */
  readonly generation: number | null;
}

/** What runs pods for ever. */
export interface LiveWorkload {
  readonly kind: string;
  readonly name: string;
  /** As many as it shall have. */
  readonly replicas: number;
  readonly ready: number;
  /** The labels of its pods. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** What a release has in the cluster, with the pods that it runs. */
export interface LiveRelease {
  readonly objects: readonly LiveObject[];
  readonly workloads: readonly LiveWorkload[];
}

type Asked = Pick<Kubectl, "json" | "run">;

/** Looks at every object of a revision's manifest, the ReplicaSets that run pods now, and those pods. */
export async function liveRelease(kubectl: Asked, release: string, record: ReleaseRecord): Promise<LiveRelease> {
  const [own, running] = await Promise.all([
    objectsOf(kubectl, record),
    get(kubectl, ["replicasets,pods", "--namespace", record.namespace]),
  ]);
  const alive = running.filter(
    ({ kind, metadata, spec }) =>
      metadata.deletionTimestamp === undefined && (kind !== "ReplicaSet" || (spec?.replicas ?? 0) > 0),
  );
  // Of a Deployment by a ReplicaSet, of a StatefulSet itself; a job's come and go by themselves.
  const owners = own.filter(({ kind }) => WITH_REPLICAS.includes(kind) || kind === "DaemonSet");
  const sets = ownedBy(alive, owners);
  const found = [...own, ...sets, ...ownedBy(alive, sets)];
  const beside = release === PLATFORM ? await besidePlatform(kubectl) : [];
  return {
    objects: [...found, ...beside].map(objectOf).sort(byName),
    workloads: own.filter(({ kind }) => WITH_REPLICAS.includes(kind)).map(workloadOf),
  };
}

const WITH_REPLICAS: readonly string[] = ["Deployment", "StatefulSet"];

const ownedBy = (all: readonly FoundObject[], owners: readonly FoundObject[]): FoundObject[] =>
  all.filter(({ metadata }) =>
    metadata.ownerReferences.some(({ uid }) => owners.some((one) => one.metadata.uid === uid)),
  );

/** Of the platform: the namespace, which is handed over with it, and the proxies that Envoy Gateway runs for its Gateway. */
async function besidePlatform(kubectl: Asked): Promise<FoundObject[]> {
  const selector = Object.entries({
    "gateway.envoyproxy.io/owning-gateway-name": CLUSTER_NAMES.gateway,
    "gateway.envoyproxy.io/owning-gateway-namespace": APPLICATION_NAMESPACE,
  }).map(([key, value]) => `${key}=${value}`);
  const [namespace, proxies] = await Promise.all([
    get(kubectl, ["namespace", APPLICATION_NAMESPACE, "--ignore-not-found"]),
    get(kubectl, [
      ...["deployments,pods", "--namespace", CLUSTER_NAMES.gatewayNamespace],
      ...["--selector", selector.join(",")],
    ]),
  ]);
  return [...namespace, ...proxies.filter(({ metadata }) => metadata.deletionTimestamp === undefined)];
}

/** What of a manifest is there. */
async function objectsOf(kubectl: Asked, { manifest, namespace }: ReleaseRecord): Promise<FoundObject[]> {
  const items = parseAllDocuments(manifest).flatMap((document) => {
    const object = document.toJS() as { readonly metadata: object } | null;
    // As Helm does; of what is in no namespace it says nothing.
    return object === null ? [] : [{ ...object, metadata: { namespace, ...object.metadata } }];
  });
  if (items.length === 0) return [];
  return get(kubectl, ["--filename", "-", "--ignore-not-found"], { apiVersion: "v1", kind: "List", items });
}

async function get(kubectl: Asked, what: readonly string[], input?: object): Promise<FoundObject[]> {
  const text = await kubectl.run(["get", ...what, "--output", "json"], input && JSON.stringify(input));
  if (text.trim() === "") return [];
  const found: unknown = JSON.parse(text);
  // kubectl makes a list of two, and none of one.
  const list = listSchema.safeParse(found);
  return list.success ? list.data.items : [objectSchema.parse(found)];
}

const objectOf = ({ kind, metadata }: FoundObject): LiveObject => ({
  kind,
  namespace: metadata.namespace,
  name: metadata.name,
  uid: metadata.uid,
  generation: metadata.generation ?? null,
});

const workloadOf = ({ kind, metadata, spec, status }: FoundObject): LiveWorkload => ({
  kind,
  name: metadata.name,
  // What Kubernetes makes of nothing.
  replicas: spec?.replicas ?? 1,
  ready: status?.readyReplicas ?? 0,
  podLabels: spec?.template?.metadata.labels ?? {},
});

const keyOf = ({ kind, name, namespace }: LiveObject): string => `${kind}/${namespace}/${name}`;

const byName = (one: LiveObject, other: LiveObject): number => (keyOf(one) < keyOf(other) ? -1 : 1);
