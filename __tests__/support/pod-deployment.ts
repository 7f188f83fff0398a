/** What of a rendered Deployment a pod is run by. Seconds and sizes are as Kubernetes writes them; other fields are left alone. */
export interface Deployment {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

export interface PodSpec {
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number; readonly fsGroup: number };
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

export interface Container {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly containerPort: number }[];
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep: { readonly seconds: number } } };
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: { readonly sizeLimit?: string };
}

export interface Probe {
  readonly httpGet: { readonly path: string };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** The one container of a Deployment of ours. */
export function containerOf({ metadata, spec }: Deployment): Container {
  const [container, ...others] = spec.template.spec.containers;
  if (!container || others.length > 0) throw new Error(`${metadata.name}: expected one container`);
  return container;
}

const UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** Bytes of a quantity such as 64Mi. */
export function bytesOf(quantity: string): number {
  const [, number, unit = ""] = /^(\d+)([KMG]i)$/.exec(quantity) ?? [];
  if (number === undefined) throw new Error(`${quantity}: expected a whole number of Ki, Mi or Gi`);
  return Number(number) * (UNITS[unit] ?? 1);
}
