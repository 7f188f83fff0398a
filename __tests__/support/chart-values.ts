import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aliasesOf, servingNamesOf } from "../../model/domains";
import type { Environment } from "../../model/environment";
import { chartFolder, HelmValues } from "../../model/helm-values";
import { CLUSTER_NAMES, imageRepositoryOf, listenerOf, namesOf } from "../../model/naming";
import type { ComputedValues } from "../../model/schema/workload";
import type { Application } from "./fixtures/applications";
import { HELM_VALUES } from "./fixtures/environments/all";

/** The chart of both applications. */
export const APP_CHART = chartFolder("mmrv-app");

/** A digest as a pipeline would write it: that of no image. */
export const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** What a stack would add to the values of an application. */
export function computedValues(environment: Environment, application: Application): ComputedValues {
  const names = namesOf(environment);
  return {
    environment: environment.name,
    host: servingNamesOf(environment).find((name) => name.application === application)?.host,
    gateway: {
      name: CLUSTER_NAMES.gateway,
      proxyNamespace: CLUSTER_NAMES.gatewayNamespace,
      listeners: Object.fromEntries(servingNamesOf(environment).map((name) => [name.host, listenerOf(name)])),
      aliases: aliasesOf(environment),
    },
    identity: { clientId: "5f1c0d4e-0000-4000-8000-000000000002" },
    vault: { name: names.vault(application), tenantId: "5f1c0d4e-0000-4000-8000-7e6e5f6d6d76" },
    aws: { roleArn: `arn:aws:iam::000000000000:role/${names.awsRole(application)}`, region: "us-east-1" },
    image: { repository: `${names.registryHost}/${imageRepositoryOf(application)}` },
  };
}

/** An application in an environment, with what a test adds. */
export interface AppShape {
  readonly environment: Environment;
  readonly application: Application;
  /** Over everything else. */
  readonly more?: object;
  /** @default what a stack would compute */
  readonly computed?: ComputedValues;
}

/** The layers of a release as Helm gets them, with an image. */
function layersOf({ environment, application, more = {}, computed }: AppShape): object[] {
  const { layers } = new HelmValues(HELM_VALUES).of(application, environment);
  const image = { image: { digest: digestOf("a") } };
  return [...layers.map(({ values }) => values), image, computed ?? computedValues(environment, application), more];
}

/** The same as files below a folder. */
export function appValuesFiles(folder: string, shape: AppShape): string[] {
  const own = mkdtempSync(join(folder, "values-"));
  return layersOf(shape).map((layer, index) => {
    const file = join(own, `${index}.yaml`);
    writeFileSync(file, JSON.stringify(layer));
    return file;
  });
}

/** The same as the chart's templates see them. */
export function appValues(shape: AppShape): Record<string, unknown> {
  const { merged } = new HelmValues(HELM_VALUES).of(shape.application, shape.environment);
  return [merged, ...layersOf(shape).slice(2)].reduce<Record<string, unknown>>(
    (under, over) => merge(under, over as Record<string, unknown>),
    {},
  );
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function merge(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = under[key];
    return [key, isMapping(below) && isMapping(value) ? merge(below, value) : value];
  });
  return { ...under, ...Object.fromEntries(merged) };
}

/** Values that make the chart render everything that it can. */
export const EVERYTHING = {
  image: { tag: "v1.2.3" },
  args: ["server", "--price", "$(COST) $HOME $$"],
  env: { PRICE: "$(COST)" },
  secrets: [
    { name: "database-url", env: "DATABASE_URL" },
    { name: "signing-key" },
    { name: "queue-password", env: "QUEUE_PASSWORD" },
  ],
  autoscaling: { enabled: true },
  routes: [{ path: "/" }, { path: "/report", requestTimeoutSeconds: 60 }, { path: "/stream", idleTimeoutSeconds: 300 }],
  workers: "azure",
  consumers: {
    mail: {
      args: ["consume", "mail"],
      replicas: 2,
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    },
  },
  cronJobs: {
    report: {
      args: ["report"],
      schedule: "0 12 * * *",
      timeZone: "America/Guatemala",
      deadlineSeconds: 600,
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    },
  },
  migration: { enabled: true, args: ["migrate"], deadlineSeconds: 300 },
};

const SMALL = { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "128Mi" } };
const PACE = { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 };

/** What task definitions of ECS say beside that: entrypoints, health checks of workers, further containers. */
export const OF_ECS = {
  command: ["/bin/sh", "-c", "exec node $MAIN"],
  workingDir: "/usr/src/app",
  secrets: [{ name: "database-url", env: "DATABASE_URL" }, { name: "proxy-key" }],
  volumes: [
    { path: "/tmp", size: "64Mi" },
    { path: "/run/app", size: "1Mi" },
  ],
  workers: "azure",
  consumers: {
    mail: {
      command: ["node", "mail.js"],
      workingDir: "/usr/src/app/workers",
      replicas: 1,
      resources: SMALL,
      probes: {
        startup: { command: ["/bin/sh", "-c", "ps $PID"], ...PACE },
        liveness: { command: ["/bin/sh", "-c", "ps $PID"], ...PACE },
      },
    },
  },
  cronJobs: {
    report: {
      command: ["node", "report.js"],
      workingDir: "/",
      schedule: "0 12 * * *",
      timeZone: "America/Guatemala",
      deadlineSeconds: 600,
      resources: SMALL,
    },
  },
  migration: { enabled: true, command: ["node", "migrate.js"], workingDir: "/usr/src/app" },
  sidecars: {
    // A proxy to the database, in front of everything.
    proxy: {
      image: { repository: "third-party/proxies/pg-proxy", digest: digestOf("c") },
      args: ["--listen", "127.0.0.1:5432"],
      env: { PRICE: "$(COST)", NO: "no" },
      secrets: [{ name: "proxy-key", env: "KEY" }],
      usesIdentity: true,
      startsFirst: true,
      port: 5432,
      probes: {
        startup: { command: ["pg-proxy", "--check", "$1"], ...PACE },
        readiness: { path: "/ready", ...PACE },
        liveness: { path: "/live", ...PACE },
      },
      volumes: [{ path: "/var/lib/proxy", size: "32Mi" }],
      mounts: [{ volume: "/run/app", path: "/sockets" }],
      resources: SMALL,
    },
    // Our own image at another digest, and at that of the application.
    statsd: {
      image: { digest: digestOf("d") },
      probes: {
        readiness: { command: ["statsd", "check"], ...PACE },
        liveness: { command: ["statsd", "check"], ...PACE },
      },
      resources: SMALL,
    },
    tail: {
      command: ["node", "tail.js"],
      workingDir: "/usr/src/app",
      mounts: [{ volume: "/tmp", path: "/logs" }],
      probes: { readiness: { command: ["true"], ...PACE }, liveness: { command: ["true"], ...PACE } },
      resources: SMALL,
    },
  },
};
