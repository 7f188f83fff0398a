import { z } from "zod";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../../model/naming";
import { UserError } from "../../model/user-error";
import type { Kubectl } from "../deploy/kubernetes/kubectl";
import {
  type GitRepository,
  gitRepositorySchema,
  type HelmRelease,
  helmReleaseSchema,
  type Kustomization,
  kustomizationSchema,
} from "./flux-objects";
import { type ReleaseRecord, releaseRecord } from "./release-record";

/** One revision of a release, by the labels of its Secret. */
export interface Revision {
  readonly namespace: string;
  readonly revision: number;
  /** deployed, superseded, failed, uninstalling, or pending-… while a run is under way or was killed. */
  readonly status: string;
}

const secrets = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        namespace: z.string(),
        labels: z.object({ status: z.string(), version: z.string() }),
      }),
    }),
  ),
});

const secret = z.object({ data: z.object({ release: z.string() }) });
const configMap = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** What a handover has to know of a cluster. It reads, but for {@link removeSuspended}. */
export class ClusterView {
  constructor(readonly kubectl: Pick<Kubectl, "json" | "run">) {}

  /** With a kubectl that is looked for when the first question comes: who needs none is told of none that is missing. */
  static by(find: () => Promise<Kubectl>): ClusterView {
    let found: Promise<Kubectl> | undefined;
    const kubectl = () => {
      found ??= find();
      return found;
    };
    return new ClusterView({
      json: async (args) => (await kubectl()).json(args),
      run: async (args, input) => (await kubectl()).run(args, input),
    });
  }

  /** Every revision of a release that is kept, oldest first, in every namespace: a second series is seen. */
  async revisions(release: string): Promise<Revision[]> {
    const found = await this.kubectl.json([
      ...["get", "secrets", "--all-namespaces"],
      ...["--selector", `owner=helm,name=${release}`],
    ]);
    return secrets
      .parse(found)
      .items.map(({ metadata: { labels, namespace } }) => ({
        namespace,
        revision: Number(labels.version),
        status: labels.status,
      }))
      .sort((one, other) => one.revision - other.revision);
  }

  /** What Helm keeps of a revision. */
  async record(release: string, { namespace, revision }: Revision): Promise<ReleaseRecord> {
    const name = `sh.helm.release.v1.${release}.v${revision}`;
    const found = await this.kubectl.json(["get", "secret", name, "--namespace", namespace]);
    const parsed = secret.safeParse(found);
    return releaseRecord(parsed.success ? parsed.data.data.release : "", `the Secret ${name} in ${namespace}`);
  }

  /** Flux's object has the release's name. Undefined when there is none, or when the cluster knows no such type: no Flux. */
  helmRelease(release: string): Promise<HelmRelease | undefined> {
    return this.find("helmreleases.helm.toolkit.fluxcd.io", release, helmReleaseSchema);
  }

  kustomization(release: string): Promise<Kustomization | undefined> {
    const name = `${CLUSTER_NAMES.gitOpsConfiguration}-${release}`;
    return this.find("kustomizations.kustomize.toolkit.fluxcd.io", name, kustomizationSchema);
  }

  gitRepository(): Promise<GitRepository | undefined> {
    return this.find(
      "gitrepositories.source.toolkit.fluxcd.io",
      CLUSTER_NAMES.gitOpsConfiguration,
      gitRepositorySchema,
    );
  }

  /** The texts of a ConfigMap of Flux's, by key; undefined when there is none. */
  async configMap(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    return (await this.find("configmap", name, configMap))?.data;
  }

  /**
   * Deletes a suspended HelmRelease and the HelmChart that Flux made for it. Helm's release stays: nothing is uninstalled for one
   * that is suspended. The deletion holds for this very version of the object, so nobody can have resumed it meanwhile.
   * @throws UserError when it is not suspended any more, or has changed meanwhile
   */
  async removeSuspended(object: HelmRelease): Promise<void> {
    const { name, namespace, resourceVersion, uid } = object.metadata;
    if (!object.spec.suspend)
      throw new UserError(`the HelmRelease ${name} is not suspended: its deletion would uninstall the release`);
    const at = `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases/${name}`;
    const options = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { resourceVersion, uid } };
    await this.kubectl.run(["delete", "--raw", at, "--filename", "-"], JSON.stringify(options));
    const inNamespace = ["--namespace", namespace, "--timeout", "60s"];
    // Its controller takes its finalizer away; that of one that is suspended uninstalls nothing.
    await this.kubectl.run(["wait", `helmreleases.helm.toolkit.fluxcd.io/${name}`, "--for=delete", ...inNamespace]);
    const chart = `helmcharts.source.toolkit.fluxcd.io/${namespace}-${name}`;
    await this.kubectl.run(["delete", chart, "--ignore-not-found", ...inNamespace]);
  }

  private async find<T>(type: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const text = await this.kubectl
      .run([
        ...["get", type, name, "--namespace", CLUSTER_NAMES.gitOpsNamespace],
        ...["--ignore-not-found", "--output", "json"],
      ])
      .catch((error: unknown) => {
        if (error instanceof UserError && /doesn't have a resource type/.test(error.message)) return "";
        throw error;
      });
    if (text.trim() === "") return undefined;
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw new UserError(`${type} ${name}: the cluster says something else than this program understands`);
  }
}

/** The revision that counts: the newest in the applications' namespace, or wherever there is one. */
export const newestOf = (revisions: readonly Revision[]): Revision | undefined =>
  revisions.findLast(({ namespace }) => namespace === APPLICATION_NAMESPACE) ?? revisions.at(-1);
