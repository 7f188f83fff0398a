/** What Azure keeps of a configuration, as far as it decides what is made in the cluster (fluxConfigurations 2025-04-01). */
export interface FluxConfiguration {
  readonly namespace: string;
  readonly suspend?: boolean;
  readonly gitRepository: {
    readonly url: string;
    readonly repositoryRef: { readonly branch: string };
    readonly syncIntervalInSeconds: number;
    readonly timeoutInSeconds: number;
    /** A Secret that is there before. */
    readonly localAuthRef?: string | null;
  };
  readonly kustomizations: Readonly<Record<string, KustomizationOfAzure>>;
}

export interface KustomizationOfAzure {
  readonly path: string;
  readonly dependsOn?: readonly string[] | null;
  readonly force?: boolean;
  readonly prune?: boolean;
  readonly retryIntervalInSeconds: number;
  readonly syncIntervalInSeconds: number;
  readonly timeoutInSeconds: number;
  readonly wait?: boolean;
  readonly postBuild?: { readonly substitute?: Readonly<Record<string, string>> } | null;
}

/** In the place of the minutes that are deployed, so that a test waits for seconds. */
export const WITHIN_SECONDS = {
  source: { syncIntervalInSeconds: 2, timeoutInSeconds: 20 },
  kustomization: { syncIntervalInSeconds: 5, retryIntervalInSeconds: 2, timeoutInSeconds: 60 },
} as const;

/** The name of a Kustomization in the cluster. */
export const kustomizationOf = (configuration: string, kustomization: string): string =>
  `${configuration}-${kustomization}`;

const seconds = (count: number) => `${count}s`;

/** What Azure's fluxconfig-controller makes of a configuration: a source, and a Kustomization for each of it. */
export function objectsOf(name: string, configuration: FluxConfiguration): { kind: string; spec: object }[] {
  const { gitRepository: git, kustomizations, namespace, suspend } = configuration;
  const metadata = (name: string) => ({ name, namespace, labels: { "clusterconfig.azure.com/is-managed": "true" } });
  const source = {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "GitRepository",
    metadata: metadata(name),
    spec: {
      url: git.url,
      // Azure says null of what is not given, and Flux takes none.
      ref: { branch: git.repositoryRef.branch },
      interval: seconds(git.syncIntervalInSeconds),
      timeout: seconds(git.timeoutInSeconds),
      ...(git.localAuthRef && { secretRef: { name: git.localAuthRef } }),
      ...(suspend && { suspend }),
    },
  };
  const applied = Object.entries(kustomizations).map(([key, one]) => ({
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: metadata(kustomizationOf(name, key)),
    spec: {
      path: one.path,
      sourceRef: { kind: "GitRepository", name },
      dependsOn: (one.dependsOn ?? []).map((other) => ({ name: kustomizationOf(name, other) })),
      interval: seconds(one.syncIntervalInSeconds),
      retryInterval: seconds(one.retryIntervalInSeconds),
      timeout: seconds(one.timeoutInSeconds),
      prune: one.prune ?? false,
      force: one.force ?? false,
      wait: one.wait ?? true,
      ...(one.postBuild?.substitute && { postBuild: { substitute: one.postBuild.substitute } }),
      ...(suspend && { suspend }),
    },
  }));
  return [source, ...applied];
}
