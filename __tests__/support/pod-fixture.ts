import type { Deployment } from "./pod-deployment";

interface DesiredArtifacts {
  readonly name: string;
  readonly port: number;
  readonly health: { readonly live: string; readonly ready: string };
  readonly env?: Readonly<Record<string, string>>;
  /** Path of each emptyDir, with its limit. */
  readonly volumes: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly preStopSeconds?: number;
  readonly graceSeconds?: number;
  /** How often the startup probe may fail, once a second. @default so often that a busy machine passes */
  readonly startupFailures?: number;
}

/** A Deployment as the chart renders it, in the fields that a process can be held to. Seconds are shorter, so that tests are. */
export function deployment({
  preStopSeconds = 2,
  graceSeconds = 60,
  startupFailures = 600,
  ...wanted
}: DesiredArtifacts): Deployment {
  const { name, port, health, env = {}, volumes, command } = wanted;
  const paths = Object.keys(volumes);
  const probe = (path: string, failureThreshold: number) => ({
    httpGet: { path, port },
    periodSeconds: 1,
    timeoutSeconds: 1,
    failureThreshold,
  });
  const container = {
    name,
    ...(command && { command }),
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    ports: [{ containerPort: port }],
    securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    volumeMounts: [
      ...paths.map((mountPath, index) => ({ name: `volume-${index}`, mountPath })),
      { name: "secrets", mountPath: "/mnt/secrets", readOnly: true },
    ],
    startupProbe: probe(health.live, startupFailures),
    readinessProbe: probe(health.ready, 3),
    livenessProbe: probe(health.live, 60),
    lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } },
  };
  const spec = {
    securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001 },
    terminationGracePeriodSeconds: graceSeconds,
    containers: [container],
    volumes: [
      ...paths.map((path, index) => ({ name: `volume-${index}`, emptyDir: { sizeLimit: volumes[path] ?? "" } })),
      { name: "secrets", csi: { driver: "secrets-store.csi.k8s.io", readOnly: true } },
    ],
  };
  return { metadata: { name }, spec: { template: { spec } } };
}
