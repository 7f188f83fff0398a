import { CLUSTER_NAMES } from "../../../model/naming";
import type { FluxKind, FluxObject } from "./objects";
import { conditionOf } from "./objects";

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

export type ComplianceState = "Compliant" | "Non-Compliant" | "Pending" | "Suspended" | "Unknown";

/** One of the `statuses` of a configuration, as Azure answers them. */
export interface FluxStatus {
  readonly kind: FluxKind;
  readonly name: string;
  readonly namespace: string;
  readonly appliedBy?: { readonly name: string; readonly namespace: string };
  readonly complianceState: ComplianceState;
  readonly helmReleaseProperties?: {
    readonly lastRevisionApplied: number;
    readonly failureCount: number;
    readonly installFailureCount: number;
    readonly upgradeFailureCount: number;
  };
  readonly statusConditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
    readonly lastTransitionTime: string;
  }[];
}

/** How Azure counts an object; its page names the states and not the rule, so that this one is an assumption. */
export function complianceOf(object: Pick<FluxObject, "spec" | "status">): ComplianceState {
  if (object.spec.suspend) return "Suspended";
  const ready = conditionOf(object);
  if (ready === undefined) return "Pending";
  if (ready.status === "True") return "Compliant";
  return ready.status === "False" ? "Non-Compliant" : "Pending";
}

/** The objects' own words in the shape of the resource in Azure. */
export const statusesOf = (objects: readonly FluxObject[]): FluxStatus[] =>
  objects.map((object) => {
    const { kind, metadata, status = {} } = object;
    const { namespace = CLUSTER_NAMES.gitOpsNamespace } = metadata;
    const by = (label: "name" | "namespace") => metadata.labels?.[`kustomize.toolkit.fluxcd.io/${label}`];
    const [name, inNamespace] = [by("name"), by("namespace")];
    return {
      kind: kind as FluxKind,
      name: metadata.name,
      namespace,
      ...(name !== undefined && inNamespace !== undefined && { appliedBy: { name, namespace: inNamespace } }),
      complianceState: complianceOf(object),
      ...(kind === "HelmRelease" && {
        helmReleaseProperties: {
          lastRevisionApplied: status.history?.[0]?.version ?? 0,
          failureCount: status.failures ?? 0,
          installFailureCount: status.installFailures ?? 0,
          upgradeFailureCount: status.upgradeFailures ?? 0,
        },
      }),
      statusConditions: (status.conditions ?? []).map(({ lastTransitionTime, message, reason, status, type }) => ({
        type,
        status,
        reason,
        message,
        lastTransitionTime,
      })),
    };
  });

/** Azure's own summary: the worst of all. */
export function summaryOf(statuses: readonly FluxStatus[]): ComplianceState {
  const worst = ["Non-Compliant", "Pending", "Unknown", "Suspended"] as const;
  return worst.find((state) => statuses.some(({ complianceState }) => complianceState === state)) ?? "Compliant";
}
