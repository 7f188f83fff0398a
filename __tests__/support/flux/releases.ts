import { stringify } from "yaml";
import { podSecurityLabels } from "../../../constructs/support/pod-security-labels";
import { gitOpsFolder } from "../../../model/delivery";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../../../model/naming";
import { staging } from "../fixtures/environments/staging";
import type { Repository } from "./repository";

/** A release as Git describes it. */
export interface GitRelease {
  readonly name: string;
  readonly chart: "mmrv-app" | "mmrv-platform";
  /** What nobody writes in helm-values/; `${…}` is a variable of the Kustomization. */
  readonly computed: object;
  /** Without this key nothing is said about it. @default no key */
  readonly suspend?: boolean;
  /** Over the spec of the HelmRelease, to break a rule; undefined takes a field away. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Writes gitops/<environment>/<release>/ as it is rendered; commits nothing. */
export function writeRelease(repository: Repository, release: GitRelease): void {
  const { name } = release;
  const folder = gitOpsFolder(staging, name);
  const layers = ["values", staging.name].filter((layer) => hasFile(repository, `helm-values/${name}/${layer}.yaml`));
  const keys = layers.map((layer) => `${layer}.yaml`);
  const platform = name === "platform";
  repository.write(
    `${folder}/kustomization.yaml`,
    stringify({
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      resources: [...(platform ? ["namespace.yaml"] : []), "release.yaml"],
      configMapGenerator: [
        {
          name: `${name}-values`,
          namespace: CLUSTER_NAMES.gitOpsNamespace,
          files: keys.map((key) => `${key}=../../../helm-values/${name}/${key}`),
          options: {
            disableNameSuffixHash: true,
            annotations: { "kustomize.toolkit.fluxcd.io/substitute": "disabled" },
            labels: { "reconcile.fluxcd.io/watch": "Enabled" },
          },
        },
      ],
    }),
  );
  repository.write(`${folder}/release.yaml`, stringify(helmRelease(release, keys)));
  if (platform) repository.write(`${folder}/namespace.yaml`, stringify(namespace()));
}

const hasFile = (repository: Repository, path: string): boolean => {
  try {
    repository.read(path);
    return true;
  } catch {
    return false;
  }
};

function helmRelease({ chart, computed, more = {}, name, suspend }: GitRelease, keys: readonly string[]): object {
  const spec: Record<string, unknown> = {
    ...(suspend !== undefined && { suspend }),
    interval: "10m",
    timeout: "2m",
    releaseName: name,
    targetNamespace: APPLICATION_NAMESPACE,
    storageNamespace: APPLICATION_NAMESPACE,
    maxHistory: 10,
    chart: {
      spec: {
        chart: `./charts/${chart}`,
        reconcileStrategy: "ChartVersion",
        sourceRef: { kind: "GitRepository", name: CLUSTER_NAMES.gitOpsConfiguration },
      },
    },
    install: { crds: "Skip" },
    upgrade: { crds: "Skip", cleanupOnFail: true, remediation: { retries: 0, remediateLastFailure: true } },
    driftDetection: { mode: "enabled" },
    valuesFrom: keys.map((valuesKey) => ({ kind: "ConfigMap", name: `${name}-values`, valuesKey })),
    values: computed,
    ...more,
  };
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: {
      name,
      namespace: CLUSTER_NAMES.gitOpsNamespace,
      annotations: { "kustomize.toolkit.fluxcd.io/prune": "disabled" },
    },
    spec,
  };
}

const namespace = () => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: APPLICATION_NAMESPACE,
    labels: podSecurityLabels(staging.kubernetes.version),
    annotations: { "kustomize.toolkit.fluxcd.io/prune": "disabled" },
  },
});
