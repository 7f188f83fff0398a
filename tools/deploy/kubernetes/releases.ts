import type { StackJson } from "../../terraform/stack-json";
import type { Kubectl } from "./kubectl";

interface ReleaseName {
  readonly name: string;
  readonly namespace: string;
}

/** The Helm releases of a stack. */
export const releasesOf = ({ resource = {} }: StackJson): ReleaseName[] =>
  (Object.values(resource["helm_release"] ?? {}) as ReleaseName[]).map(({ name, namespace }) => ({ name, namespace }));

/** A revision whose run ended before Helm could say how. While it is there, every upgrade is refused. */
interface PendingRevision extends ReleaseName {
  /** The Secret that holds it. */
  readonly secret: string;
  /** pending-install, pending-upgrade or pending-rollback. */
  readonly status: string;
  readonly revision: number;
  readonly since: Date;
}

interface Secret {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly creationTimestamp: string;
  };
}

export async function pendingRevisions(kubectl: Kubectl, { name, namespace }: ReleaseName): Promise<PendingRevision[]> {
  const selector = `owner=helm,name=${name},status in (pending-install,pending-upgrade,pending-rollback)`;
  const { items } = await kubectl.json<{ items: Secret[] }>([
    "get",
    "secrets",
    "--namespace",
    namespace,
    "--selector",
    selector,
  ]);
  return items.map(({ metadata: { name: secret, labels, creationTimestamp } }) => ({
    name,
    namespace,
    secret,
    status: labels["status"] ?? "",
    revision: Number(labels["version"]),
    since: new Date(creationTimestamp),
  }));
}

/** Makes Helm forget a pending revision. What runs stays as it is; the next upgrade starts from the last good one. */
export async function forget(kubectl: Kubectl, { namespace, secret }: PendingRevision): Promise<void> {
  await kubectl.run(["delete", "secret", secret, "--namespace", namespace]);
}
