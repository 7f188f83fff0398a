import type { KubernetesObject } from "./helm";

interface Model {
  validate(): void;
}
type ModelClass = new (object: object) => Model;

/** Who carries the schemas of which API groups; every other group is Kubernetes' own. */
const PACKAGES: Readonly<Record<string, string>> = {
  "gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
  "gateway.envoyproxy.io": "@kubernetes-models/envoy-gateway",
  "cert-manager.io": "@kubernetes-models/cert-manager",
};

/**
 * What the published schema says against an object, in its words; nothing when it is fine. Fields that no schema knows
 * are not seen here: a real API server refuses those of its own kinds.
 * @throws Error when nobody publishes a schema of this kind
 */
export async function validateObject(object: KubernetesObject): Promise<string[]> {
  const { apiVersion, kind } = object;
  const [group = ""] = apiVersion.split("/");
  // By its address: what the packages export changes with the kind, and each is a module of its own.
  const module = `${PACKAGES[group] ?? "kubernetes-models"}/${apiVersion}/${kind}`;
  const { [kind]: Class } = (await import(module)) as Record<string, ModelClass>;
  if (!Class) throw new Error(`${module} has no ${kind}`);
  try {
    new Class(object).validate();
    return [];
  } catch (error) {
    return [`${kind} ${object.metadata.name}: ${(error as Error).message}`];
  }
}

/** What has pods: its pod template, or the pod itself. */
export interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly [field: string]: unknown;
  readonly serviceAccountName: string;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Record<string, unknown>[];
}

export interface Container {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly envFrom?: readonly unknown[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

/** The pods that an object makes; undefined for one that makes none. */
export function podsOf(object: KubernetesObject): PodTemplate | undefined {
  const spec = object["spec"] as { template?: PodTemplate; jobTemplate?: { spec: { template: PodTemplate } } };
  if (object.kind === "Pod") return object as unknown as PodTemplate;
  return object.kind === "CronJob" ? spec.jobTemplate?.spec.template : spec?.template;
}

/** Whether labels are chosen by a selector of equalities. */
export const isSelected = (labels: Readonly<Record<string, string>>, by: Readonly<Record<string, string>>): boolean =>
  Object.entries(by).every(([name, value]) => labels[name] === value);
