import type { KubernetesObject } from "../helm";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** One entry of a HelmRelease's history: a revision that the controller made. */
export interface Snapshot {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly status: string;
  readonly chartVersion: string;
}

/** An object of Flux, as the cluster holds it. */
export interface FluxObject extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & {
    readonly uid: string;
    readonly generation: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly suspend?: boolean; readonly [field: string]: unknown };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly lastHandledReconcileAt?: string;
    readonly conditions?: readonly Condition[];
    readonly history?: readonly Snapshot[];
    readonly failures?: number;
    readonly upgradeFailures?: number;
    readonly installFailures?: number;
    readonly lastAttemptedRevision?: string;
    readonly artifact?: { readonly revision: string };
  };
}

/** How the kinds are called of which there are other ones too. */
export const FLUX_KINDS = {
  GitRepository: "gitrepositories.source.toolkit.fluxcd.io",
  HelmChart: "helmcharts.source.toolkit.fluxcd.io",
  HelmRelease: "helmreleases.helm.toolkit.fluxcd.io",
  Kustomization: "kustomizations.kustomize.toolkit.fluxcd.io",
} as const;
export type FluxKind = keyof typeof FLUX_KINDS;

/** What a condition says; undefined when the object has none of this type. */
export const conditionOf = ({ status }: Pick<FluxObject, "status">, type = "Ready"): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

/** All of them in a line each, for a failure's message. */
export const inWords = ({ kind, metadata, spec, status }: FluxObject): string =>
  [
    `${kind} ${metadata.name}${spec.suspend ? " (suspended)" : ""}`,
    ...(status?.conditions ?? []).map(
      ({ message, reason, status, type }) => `  ${type}=${status} ${reason}: ${message}`,
    ),
  ].join("\n");
