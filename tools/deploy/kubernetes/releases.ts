import type { StackJson } from "../../terraform/stack-json";
import type { Helm } from "./helm";
import type { Kubectl } from "./kubectl";

/** How Helm finds a release. */
export interface ReleaseName {
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

/** The newest revision of a release that was deployed to its end; undefined for one that never was. */
export async function deployedRevision(
  kubectl: Kubectl,
  { name, namespace }: ReleaseName,
): Promise<number | undefined> {
  const selector = `owner=helm,name=${name},status=deployed`;
  const { items } = await kubectl.json<{ items: Secret[] }>([
    ...["get", "secrets", "--namespace", namespace],
    ...["--selector", selector],
  ]);
  const revisions = items.map(({ metadata: { labels } }) => Number(labels["version"]));
  return revisions.length === 0 ? undefined : Math.max(...revisions);
}

/** How long a rollback waits for pods, as long as a release does. */
const ROLLBACK_TIMEOUT = "15m";

/**
 * Ends a pending revision: what it had changed is rolled back to the revision before it, or a first installation is
 * forgotten, which the next one takes over. Only forgetting an upgrade would leave its half in the cluster, and Terraform,
 * whose values are those of before, would see nothing to do.
 * @returns the revision that runs again; undefined for a first installation
 * @throws UserError when Helm cannot roll back: then it stays locked
 */
export async function settle(kubectl: Kubectl, helm: Helm, revision: PendingRevision): Promise<number | undefined> {
  const { name, namespace, secret } = revision;
  const deployed = await deployedRevision(kubectl, revision);
  if (deployed !== undefined)
    await helm.run([
      ...["rollback", name, String(deployed), "--namespace", namespace],
      ...["--wait", "--timeout", ROLLBACK_TIMEOUT],
    ]);
  // It stays pending beside what was rolled back, and would be told again.
  await kubectl.run(["delete", "secret", secret, "--namespace", namespace]);
  return deployed;
}
