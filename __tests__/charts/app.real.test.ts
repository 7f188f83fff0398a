import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Environment } from "../../model/environment";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { type Container, isSelected, type PodTemplate, podsOf, validateObject } from "../support/chart-objects";
import {
  APP_CHART,
  type AppShape,
  appValuesFiles,
  computedValues,
  digestOf,
  EVERYTHING,
  OF_ECS,
} from "../support/chart-values";
import { APPLICATIONS, type Application } from "../support/fixtures/applications";
import { ENVIRONMENTS } from "../support/fixtures/environments/all";
import { FURTHER, withFurtherNames } from "../support/further-names";
import { Helm, type KubernetesObject } from "../support/helm";
import { requires } from "../support/requires";

const temporary = mkdtempSync(join(tmpdir(), "mmrv-app-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const RELEASES = ENVIRONMENTS.flatMap((environment) =>
  APPLICATIONS.map((application): [string, Environment, Application] => [
    `${application} in ${environment.name}`,
    environment,
    application,
  ]),
);
const [FIRST] = ENVIRONMENTS;
if (!FIRST) throw new Error("no environment");
const backend = (more: object = {}): AppShape => ({ environment: FIRST, application: "backend", more });

const helm = new Helm();
const render = (shape: AppShape, chart = APP_CHART) =>
  helm.template(chart, shape.application, appValuesFiles(temporary, shape));

function one<T>(objects: readonly KubernetesObject[], kind: string, name?: string): T {
  const [found, ...others] = objects.filter(
    (object) => object.kind === kind && object.metadata.name === (name ?? object.metadata.name),
  );
  if (!found || others.length > 0) throw new Error(`${found ? others.length + 1 : 0} of ${kind} ${name ?? ""}`);
  return found as T;
}
const maybe = (objects: readonly KubernetesObject[], kind: string) => objects.filter((object) => object.kind === kind);

interface Pods {
  readonly owner: string;
  readonly template: PodTemplate;
}
const allPods = (objects: readonly KubernetesObject[]): Pods[] =>
  objects.flatMap((object) => {
    const template = podsOf(object);
    return template ? [{ owner: `${object.kind} ${object.metadata.name}`, template }] : [];
  });
const podsOfOwner = (objects: readonly KubernetesObject[], owner: string): PodTemplate => {
  const found = allPods(objects).find((pods) => pods.owner === owner);
  if (!found) throw new Error(`no pods of ${owner}`);
  return found.template;
};

interface Selecting {
  readonly spec: { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } };
}
interface Deployment extends Selecting {
  readonly spec: Selecting["spec"] & { readonly replicas?: number; readonly template: PodTemplate };
}
interface Settings {
  readonly data: Readonly<Record<string, string>>;
}
interface Route {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly parentRefs: readonly { readonly name: string; readonly sectionName: string }[];
    readonly hostnames: readonly string[];
    readonly rules: readonly {
      readonly name: string;
      readonly matches: readonly { readonly path: { readonly value: string } }[];
      readonly timeouts: { readonly request: string };
    }[];
  };
}

const word = z.string().min(1);
/** What nobody publishes on npm, after secrets-store-csi-driver's and its Azure provider's documentation. */
const secretProviderClass = z.strictObject({
  apiVersion: z.literal("secrets-store.csi.x-k8s.io/v1"),
  kind: z.literal("SecretProviderClass"),
  metadata: z.object({ name: word }),
  spec: z.strictObject({
    provider: z.literal("azure"),
    parameters: z.strictObject({
      clientID: z.guid(),
      keyvaultName: word,
      tenantId: z.guid(),
      objects: z.string().regex(/^array:\n( {2}- \|\n {4}objectName: "[\w-]+"\n {4}objectType: secret\n)+$/),
    }),
    secretObjects: z
      .array(
        z.strictObject({
          secretName: word,
          type: z.literal("Opaque"),
          data: z.array(z.strictObject({ objectName: word, key: word })).min(1),
        }),
      )
      .optional(),
  }),
});

/** Its schema lets any field pass, and the cluster of the tests as well. */
const route = z.object({
  spec: z.strictObject({
    parentRefs: z.tuple([z.strictObject({ group: word, kind: z.literal("Gateway"), name: word, sectionName: word })]),
    hostnames: z.tuple([word]),
    rules: z.array(
      z.strictObject({
        name: word,
        matches: z.tuple([z.strictObject({ path: z.strictObject({ type: z.literal("PathPrefix"), value: word }) })]),
        timeouts: z.strictObject({ request: z.string().regex(/^\d{1,5}s$/) }),
        backendRefs: z.tuple([
          z.strictObject({
            group: z.literal(""),
            kind: z.literal("Service"),
            name: word,
            port: z.literal(80),
            weight: z.literal(1),
          }),
        ]),
      }),
    ),
  }),
});

async function wrongWith(object: KubernetesObject): Promise<string[]> {
  if (object.kind === "SecretProviderClass")
    return secretProviderClass.safeParse(object).error?.issues.map(String) ?? [];
  const strictly = object.kind === "HTTPRoute" ? route.safeParse(object).error?.issues.map(String) : [];
  return [...(strictly ?? []), ...(await validateObject(object))];
}

describe("charts/mmrv-app", requires("helm"), () => {
  const rendered = new Map<string, KubernetesObject[]>();
  let everything: KubernetesObject[] = [];
  beforeAll(async () => {
    for (const [title, environment, application] of RELEASES)
      rendered.set(title, await render({ environment, application }));
    everything = await render(backend(EVERYTHING));
    rendered.set("everything", everything);
  });
  const every = <T>(find: (objects: KubernetesObject[], title: string) => T[]) =>
    [...rendered].flatMap(([title, objects]) => find(objects, title));

  it.each([
    ...RELEASES.map(([title, environment, application]) => [title, { environment, application }] as const),
    ["everything", backend(EVERYTHING)] as const,
  ])("is clean to the strictest lint and the published schemas: %s", async (title, shape) => {
    const { isClean, says } = await helm.lint(APP_CHART, appValuesFiles(temporary, shape));
    expect(isClean, says).toBe(true);
    const objects = rendered.get(title) ?? [];
    expect((await Promise.all(objects.map(wrongWith))).flat()).toEqual([]);
    expect(objects.length).toBeGreaterThan(8);
  });

  it("keeps to its namespace and to the release's name", () => {
    expect(every((objects) => objects.filter(({ metadata }) => metadata.namespace !== APPLICATION_NAMESPACE))).toEqual(
      [],
    );
    expect(everything.filter(({ metadata }) => !/^backend(-|$)/.test(metadata.name))).toEqual([]);
  });

  describe("pods", () => {
    it("run an image by its digest, in every owner", () => {
      const images = every((objects) =>
        allPods(objects).flatMap(({ template }) => template.spec.containers.map(({ image }) => image)),
      );
      expect(images.filter((image) => !/^[a-z0-9.]+\/mmrv\/\w+@sha256:a{64}$/.test(image))).toEqual([]);
      expect(
        allPods(everything)
          .map(({ owner }) => owner)
          .sort(),
      ).toEqual([
        "CronJob backend-report",
        "Deployment backend",
        "Deployment backend-mail",
        "Job backend-migration",
        "Job backend-test",
      ]);
    });

    it("are the same whatever version of the chart or tag of the image made them", async () => {
      const chart = join(temporary, "later");
      cpSync(APP_CHART, chart, { recursive: true });
      const file = join(chart, "Chart.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace(/^version: .*$/m, "version: 9.9.9"));
      const later = await render(backend({ ...EVERYTHING, image: { tag: "later" } }), chart);
      const labels = one<KubernetesObject>(later, "Deployment", "backend").metadata.labels;
      expect(labels).toMatchObject({ "helm.sh/chart": "mmrv-app-9.9.9", "app.kubernetes.io/version": "later" });
      expect(allPods(later)).toEqual(allPods(everything));
    });

    it("are each chosen by their own owner only, and by a policy", () => {
      const deployments = maybe(everything, "Deployment").map((object) => object as unknown as Deployment);
      for (const { spec } of deployments) {
        const chosen = allPods(everything).filter(({ template }) =>
          isSelected(template.metadata.labels, spec.selector.matchLabels),
        );
        expect(chosen.map(({ template }) => template)).toEqual([spec.template]);
      }
      const policies = maybe(everything, "NetworkPolicy").map(
        (policy) =>
          (policy["spec"] as { podSelector: { matchLabels: Record<string, string> } }).podSelector.matchLabels,
      );
      const open = allPods(everything).filter(
        ({ template }) => !policies.some((by) => isSelected(template.metadata.labels, by)),
      );
      expect(open).toEqual([]);
    });

    it("serve only as server: no Service or budget chooses jobs, consumers or the test", () => {
      const service = one<{ spec: { selector: Record<string, string> } }>(everything, "Service").spec.selector;
      const budget = one<Selecting>(everything, "PodDisruptionBudget", "backend").spec.selector.matchLabels;
      for (const selector of [service, budget]) {
        const chosen = allPods(everything).filter(({ template }) => isSelected(template.metadata.labels, selector));
        expect(chosen.map(({ owner }) => owner)).toEqual(["Deployment backend"]);
      }
    });

    it("of a consumer are drained one at a time too", () => {
      const { spec } = one<Selecting>(everything, "PodDisruptionBudget", "backend-mail");
      const chosen = allPods(everything).filter(({ template }) =>
        isSelected(template.metadata.labels, spec.selector.matchLabels),
      );
      expect(chosen.map(({ owner }) => owner)).toEqual(["Deployment backend-mail"]);
      expect(spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" });
    });

    it("ask for the disk of their folders and of their log", async () => {
      const disk = async (volumes: object[]) =>
        allPods(await render(backend({ ...EVERYTHING, volumes })))
          .filter(({ owner }) => !owner.endsWith("-test"))
          .map(({ template }) => template.spec.containers[0]?.["resources"] as { requests: Record<string, string> });
      const asked = await disk([
        { path: "/tmp", size: "64Mi" },
        { path: "/cache", size: "1Gi" },
      ]);
      expect(asked.map(({ requests }) => requests["ephemeral-storage"])).toEqual(asked.map(() => "1338Mi"));
      expect(asked.length).toBeGreaterThan(3);
      expect((await disk([]))[0]?.requests["ephemeral-storage"]).toBe("250Mi");
    });

    it("of server, consumers and jobs differ only in what they do and where their settings are", () => {
      const shared = [
        "serviceAccountName",
        "securityContext",
        "terminationGracePeriodSeconds",
        "automountServiceAccountToken",
      ];
      const server = podsOfOwner(everything, "Deployment backend").spec;
      const settings = (value: unknown) => JSON.stringify(value).replaceAll("backend-migration", "backend");
      for (const owner of ["Deployment backend-mail", "CronJob backend-report", "Job backend-migration"]) {
        const { spec } = podsOfOwner(everything, owner);
        for (const field of shared) expect(spec[field], `${owner} ${field}`).toEqual(server[field]);
        expect(settings(spec.volumes)).toBe(settings(server.volumes));
        const [own, theirs] = [spec.containers[0], server.containers[0]];
        for (const field of ["image", "envFrom", "env", "securityContext", "volumeMounts"])
          expect(settings(own?.[field]), `${owner} ${field}`).toBe(settings(theirs?.[field]));
      }
    });

    it("restart when a variable or a secret changes, and for nothing else", async () => {
      const server = async (more: object) => podsOfOwner(await render(backend(more)), "Deployment backend");
      const before = await server({});
      for (const [what, more] of Object.entries({
        variable: { env: { LOG_LEVEL: "debug" } },
        file: { secrets: [{ name: "database-url", env: "DATABASE_URL" }, { name: "signing-key" }] },
        digest: { image: { digest: digestOf("b") } },
      }))
        expect(await server(more), what).not.toEqual(before);
      for (const [what, more] of Object.entries({
        replicas: { replicas: 5 },
        autoscaler: { autoscaling: { enabled: true } },
        route: { routes: [{ path: "/v2", idleTimeoutSeconds: 5 }] },
        "cron job": { cronJobs: EVERYTHING.cronJobs },
        migration: { migration: EVERYTHING.migration },
      }))
        expect(await server(more), what).toEqual(before);
    });

    it("get words and variables as they are written: where Kubernetes expands $(NAME), it is escaped", () => {
      const [container] = podsOfOwner(everything, "Deployment backend").spec.containers;
      // Kubernetes makes $ of $$; what comes by envFrom it leaves alone (kubelet_pods.go, makeEnvironmentVariables).
      expect(container?.args?.map((argument) => argument.replaceAll("$$", "$"))).toEqual(EVERYTHING.args);
      expect(container?.args?.join(" ")).not.toMatch(/(^|[^$])(\$\$)*\$\(/);
      expect(one<Settings>(everything, "ConfigMap", "backend").data).toMatchObject({ PRICE: "$(COST)", PORT: "8080" });
    });

    it("have a preStop sleep, unless it is of no length, which not every Kubernetes takes", async () => {
      const container = async (more: object) =>
        podsOfOwner(await render(backend(more)), "Deployment backend").spec.containers[0];
      const slept = await container({ shutdown: { preStopSeconds: 20 } });
      expect(slept?.["lifecycle"]).toEqual({ preStop: { sleep: { seconds: 20 } } });
      expect(await container({ shutdown: { preStopSeconds: 0 } })).not.toHaveProperty("lifecycle");
    });
  });

  it("leaves the number of pods to the autoscaler, where there is one", () => {
    for (const [title, objects] of rendered) {
      const application = title === "everything" ? "backend" : (title.split(" ")[0] ?? "");
      const { replicas } = one<Deployment>(objects, "Deployment", application).spec;
      expect(replicas === undefined, title).toBe(maybe(objects, "HorizontalPodAutoscaler").length === 1);
    }
    expect([...rendered.values()].some((objects) => maybe(objects, "HorizontalPodAutoscaler").length === 0)).toBe(true);
  });

  describe("secrets", () => {
    it("are files, and a Secret only of those that are variables too", () => {
      const { spec } = one<z.infer<typeof secretProviderClass>>(everything, "SecretProviderClass", "backend");
      expect(spec.parameters.objects.match(/(?<=objectName: ")[^"]+/g)).toEqual([
        "database-url",
        "signing-key",
        "queue-password",
      ]);
      const [synced] = spec.secretObjects ?? [];
      expect(synced?.data).toEqual([
        { objectName: "database-url", key: "DATABASE_URL" },
        { objectName: "queue-password", key: "QUEUE_PASSWORD" },
      ]);
      const [container] = podsOfOwner(everything, "Deployment backend").spec.containers;
      expect(container?.env).toEqual(
        ["DATABASE_URL", "QUEUE_PASSWORD"].map((name) => ({
          name,
          valueFrom: { secretKeyRef: { name: synced?.secretName, key: name } },
        })),
      );
    });

    it("make another Secret when other variables are wanted, since the driver adds none to one that is there", async () => {
      const nameOf = async (more: object) =>
        one<z.infer<typeof secretProviderClass>>(await render(backend(more)), "SecretProviderClass").spec
          .secretObjects?.[0]?.secretName;
      const secrets = [{ name: "database-url", env: "DATABASE_URL" }];
      const before = await nameOf({ secrets });
      expect(before).toMatch(/^backend-[0-9a-f]{8}$/);
      expect(await nameOf({ secrets: [...secrets, { name: "signing-key" }] })).toBe(before);
      expect(await nameOf({ secrets: [...secrets, { name: "signing-key", env: "KEY" }] })).not.toBe(before);
    });

    it("are nothing at all when there are none", async () => {
      const none = await render(backend({ secrets: [] }));
      expect(maybe(none, "SecretProviderClass")).toEqual([]);
      expect(JSON.stringify(none)).not.toMatch(/secretKeyRef|csi/);
    });
  });

  it("gives AWS's role to every pod that works, and no token where there is no role", async () => {
    const working = [
      "Deployment backend",
      "Deployment backend-mail",
      "CronJob backend-report",
      "Job backend-migration",
    ];
    for (const owner of working) {
      const { volumes = [], containers } = podsOfOwner(everything, owner).spec;
      const [projected] = volumes.flatMap(({ projected }) => (projected ? [projected] : []));
      expect(projected, owner).toEqual({
        sources: [{ serviceAccountToken: { audience: "sts.amazonaws.com", expirationSeconds: 3600, path: "token" } }],
      });
      expect(containers[0]?.volumeMounts).toContainEqual({
        name: "aws-token",
        mountPath: "/var/run/secrets/aws",
        readOnly: true,
      });
    }
    expect(one<Settings>(everything, "ConfigMap", "backend").data).toMatchObject({
      AWS_ROLE_ARN: expect.stringMatching(/^arn:aws:iam::/),
      AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/aws/token",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_STS_REGIONAL_ENDPOINTS: "regional",
    });
    const own = await render(backend({ env: { AWS_REGION: "eu-west-1" } }));
    expect(one<Settings>(own, "ConfigMap").data["AWS_REGION"]).toBe("eu-west-1");

    const { aws: _, ...computed } = computedValues(FIRST, "backend");
    expect(JSON.stringify(await render({ ...backend(), computed }))).not.toMatch(/aws/i);
  });

  describe("what task definitions of ECS hold", () => {
    let objects: KubernetesObject[] = [];
    beforeAll(async () => {
      objects = await render(backend(OF_ECS));
    });
    const specOf = (owner: string) => podsOfOwner(objects, owner).spec;
    const server = () => specOf("Deployment backend");
    const sidecars = (): Container[] => [...(server().initContainers ?? []), ...server().containers.slice(1)];
    const sidecar = (name: string) => {
      const found = sidecars().find((container) => container.name === name);
      if (!found) throw new Error(`no ${name}`);
      return found;
    };

    it("is clean to the strictest lint and the published schemas", async () => {
      const { isClean, says } = await helm.lint(APP_CHART, appValuesFiles(temporary, backend(OF_ECS)));
      expect(isClean, says).toBe(true);
      expect((await Promise.all(objects.map(wrongWith))).flat()).toEqual([]);
    });

    it("begins each process as it says, with $ left to the shell", () => {
      const begins = (owner: string) => {
        const [container] = specOf(owner).containers;
        const { args, command, workingDir } = container as Container;
        return { args, command, workingDir };
      };
      expect(begins("Deployment backend")).toEqual({
        args: undefined,
        command: ["/bin/sh", "-c", "exec node $$MAIN"],
        workingDir: "/usr/src/app",
      });
      expect(begins("Deployment backend-mail")).toEqual({
        args: undefined,
        command: ["node", "mail.js"],
        workingDir: "/usr/src/app/workers",
      });
      expect(begins("CronJob backend-report")).toEqual({
        args: undefined,
        command: ["node", "report.js"],
        workingDir: "/",
      });
      expect(begins("Job backend-migration")).toEqual({
        args: undefined,
        command: ["node", "migrate.js"],
        workingDir: "/usr/src/app",
      });
    });

    it("asks a consumer by a command, and never whether it is ready", () => {
      const [consumer] = specOf("Deployment backend-mail").containers;
      const probe = {
        exec: { command: ["/bin/sh", "-c", "ps $$PID"] },
        periodSeconds: 30,
        timeoutSeconds: 5,
        failureThreshold: 3,
      };
      expect(consumer).toMatchObject({ startupProbe: probe, livenessProbe: probe });
      expect(consumer).not.toHaveProperty("readinessProbe");
      expect(consumer).not.toHaveProperty("lifecycle");
    });

    it("has sidecars in the server's pods alone, those that start first as native ones", () => {
      expect(server().initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
        ["proxy", "Always"],
      ]);
      expect(server().containers.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
        ["backend", undefined],
        ["statsd", undefined],
        ["tail", undefined],
      ]);
      for (const owner of ["Deployment backend-mail", "CronJob backend-report", "Job backend-migration"]) {
        expect(specOf(owner).containers.length, owner).toBe(1);
        expect(specOf(owner), owner).not.toHaveProperty("initContainers");
      }
    });

    it("runs each sidecar from the environment's registry: another's repository, ours, and our very image", () => {
      const registry = server().containers[0]?.image.replace(/\/.*/, "");
      expect(sidecars().map(({ image }) => image)).toEqual([
        `${registry}/third-party/proxies/pg-proxy@${digestOf("c")}`,
        `${registry}/mmrv/backend@${digestOf("d")}`,
        `${registry}/mmrv/backend@${digestOf("a")}`,
      ]);
    });

    it("shuts sidecars in as the application, and lets those that are beside it wait as long before they end", () => {
      const [application] = server().containers;
      for (const one of sidecars()) expect(one["securityContext"]).toEqual(application?.["securityContext"]);
      expect(sidecars().map(({ lifecycle }) => lifecycle)).toEqual([
        undefined,
        application?.["lifecycle"],
        application?.["lifecycle"],
      ]);
    });

    it("gives a sidecar no variable, secret or folder but its own and what it is named", () => {
      const { env = [], envFrom, volumeMounts } = sidecar("proxy");
      const synced = one<z.infer<typeof secretProviderClass>>(objects, "SecretProviderClass", "backend").spec
        .secretObjects?.[0];
      expect(env.filter(({ name }) => !name.startsWith("AWS_"))).toEqual([
        { name: "NO", value: "no" },
        { name: "PRICE", value: "$$(COST)" },
        { name: "KEY", valueFrom: { secretKeyRef: { name: synced?.secretName, key: "proxy.KEY" } } },
      ]);
      expect(synced?.data).toEqual([
        { objectName: "database-url", key: "DATABASE_URL" },
        { objectName: "proxy-key", key: "proxy.KEY" },
      ]);
      expect(envFrom).toBeUndefined();
      expect(volumeMounts).toEqual([
        { name: "sidecar-proxy-0", mountPath: "/var/lib/proxy" },
        { name: "writable-1", mountPath: "/sockets" },
        { name: "aws-token", mountPath: "/var/run/secrets/aws", readOnly: true },
      ]);
      expect(server().volumes).toContainEqual({ name: "sidecar-proxy-0", emptyDir: { sizeLimit: "32Mi" } });
      expect(server().containers[0]?.env?.map(({ name }) => name)).toEqual(["DATABASE_URL"]);
      for (const name of ["statsd", "tail"]) expect(sidecar(name), name).not.toHaveProperty("env");
      expect(sidecar("statsd")).not.toHaveProperty("volumeMounts");
    });

    it("lets a sidecar log in to Azure and AWS only when it says so", async () => {
      const skipped = (template: PodTemplate) =>
        template.metadata.annotations?.["azure.workload.identity/skip-containers"];
      expect(skipped(podsOfOwner(objects, "Deployment backend"))).toBe("statsd;tail");
      expect(skipped(podsOfOwner(objects, "Deployment backend-mail"))).toBeUndefined();
      const aws = one<Settings>(objects, "ConfigMap", "backend").data;
      expect(sidecar("proxy").env).toContainEqual({ name: "AWS_ROLE_ARN", value: aws["AWS_ROLE_ARN"] });
      expect(sidecar("proxy").env?.filter(({ name }) => name.startsWith("AWS_")).length).toBe(5);
      const { aws: _, ...computed } = computedValues(FIRST, "backend");
      expect(JSON.stringify(await render({ ...backend(OF_ECS), computed }))).not.toMatch(/aws/i);
    });

    it("asks for the disk of a sidecar's own folders and log", () => {
      const disk = ({ resources }: Container) =>
        (resources as { requests: Record<string, string> }).requests["ephemeral-storage"];
      expect(sidecars().map(disk)).toEqual(["282Mi", "250Mi", "250Mi"]);
      expect(server().containers.map(disk)).toEqual(["315Mi", "250Mi", "250Mi"]);
    });

    it("waits for a sidecar's start before it gives up on that of the application", async () => {
      const deadline = async (more: object) =>
        one<{ spec: { progressDeadlineSeconds: number } }>(await render(backend(more)), "Deployment", "backend").spec
          .progressDeadlineSeconds;
      expect(await deadline({})).toBe(30 * 5 + 300);
      expect(await deadline({ ...OF_ECS, consumers: {} })).toBe(30 * 5 + 300 + 30 * 3);
    });
  });

  describe("workers", () => {
    it("stay where they are until the cutover: nothing consumes, and cron jobs wait", async () => {
      const onAws = await render(backend({ ...EVERYTHING, workers: "aws" }));
      expect(maybe(onAws, "Deployment").map(({ metadata }) => metadata.name)).toEqual(["backend"]);
      expect(one<{ spec: { suspend: boolean } }>(onAws, "CronJob").spec.suspend).toBe(true);
      expect(one<{ spec: { suspend: boolean } }>(everything, "CronJob").spec.suspend).toBe(false);
    });

    it("have names that Kubernetes takes, however long", async () => {
      const name = "x".repeat(30);
      const longest = await render({
        environment: FIRST,
        application: "frontend",
        more: {
          cronJobs: { [name]: EVERYTHING.cronJobs.report },
          consumers: { [name]: EVERYTHING.consumers.mail },
          workers: "azure",
        },
      });
      // Kubernetes adds eleven characters to a cron job's name.
      expect(one<KubernetesObject>(longest, "CronJob").metadata.name.length).toBeLessThanOrEqual(52);
      expect((await Promise.all(longest.map(wrongWith))).flat()).toEqual([]);
    });
  });

  it("migrates before an upgrade and not before the first install, with settings of its own", () => {
    const hooks = everything.filter(({ metadata }) => metadata.annotations?.["helm.sh/hook"] === "pre-upgrade");
    const weight = ({ metadata }: KubernetesObject) => Number(metadata.annotations?.["helm.sh/hook-weight"]);
    expect(hooks.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      "ConfigMap backend-migration",
      "Job backend-migration",
      "SecretProviderClass backend-migration",
    ]);
    const job = hooks.find(({ kind }) => kind === "Job") as KubernetesObject;
    for (const settings of hooks.filter(({ kind }) => kind !== "Job"))
      expect(weight(settings)).toBeLessThan(weight(job));
    expect(job["spec"]).toMatchObject({
      backoffLimit: 0,
      activeDeadlineSeconds: 300,
      template: { spec: { restartPolicy: "Never" } },
    });
    const [map, provided] = ["backend", "backend-migration"].map(
      (name) => one<Settings>(everything, "ConfigMap", name).data,
    );
    expect(map).toEqual(provided);
  });

  it("routes each host through its listener, and ends a request by its length only where a route says so", async () => {
    const [own] = maybe(everything, "HTTPRoute") as unknown as Route[];
    expect(own?.spec).toMatchObject({
      parentRefs: [{ name: "mmrv", sectionName: "https-backend" }],
      hostnames: [FIRST.domains.backend],
      rules: [
        { name: "route-0", timeouts: { request: "0s" } },
        { name: "route-1", timeouts: { request: "60s" } },
        { name: "route-2", timeouts: { request: "0s" } },
      ],
    });
    const both = await render(
      backend({
        routes: [{ path: "/" }, { host: FIRST.domains.frontend, path: "/api" }],
      }),
    );
    const routes = maybe(both, "HTTPRoute") as unknown as Route[];
    expect(
      routes.map(({ metadata, spec }) => [metadata.name, spec.hostnames[0], spec.parentRefs[0]?.sectionName]).sort(),
    ).toEqual([
      ["backend-https-backend", FIRST.domains.backend, "https-backend"],
      ["backend-https-frontend", FIRST.domains.frontend, "https-frontend"],
    ]);
    expect(maybe(await render(backend({ routes: [] })), "HTTPRoute")).toEqual([]);
  });

  it("is at the names that serve the same, in one route, and at one of them alone where a route says so", async () => {
    const environment = withFurtherNames(FIRST);
    const routes = [{ path: "/" }, { host: FURTHER.serves, path: "/promo" }];
    const own = await render({ environment, application: "backend", more: { routes } });
    const other = await render({
      environment,
      application: "frontend",
      more: { routes: [{ host: "api.staging.mmrv.invalid", path: "/web" }] },
    });
    expect((await Promise.all(maybe([...own, ...other], "HTTPRoute").map(validateObject))).flat()).toEqual([]);
    const placesOf = (objects: readonly KubernetesObject[]) =>
      (maybe(objects, "HTTPRoute") as unknown as Route[]).map(({ metadata, spec }) => ({
        name: metadata.name,
        listeners: spec.parentRefs.map(({ sectionName }) => sectionName),
        hosts: spec.hostnames,
        paths: spec.rules.map(({ matches }) => matches[0]?.path.value),
      }));
    const both = {
      listeners: ["https-backend", "https-backend-www.example.com"],
      hosts: ["api.staging.mmrv.invalid", "www.example.com"],
    };
    expect(placesOf(own)).toEqual([
      { name: "backend-https-backend", ...both, paths: ["/"] },
      {
        name: "backend-https-backend-www.example.com",
        listeners: ["https-backend-www.example.com"],
        hosts: ["www.example.com"],
        paths: ["/promo"],
      },
    ]);
    expect(placesOf(other)).toEqual([{ name: "frontend-https-backend", ...both, paths: ["/web"] }]);
  });

  it("spreads more routes than Gateway API takes of one over several", async () => {
    const many = Array.from({ length: 33 }, (_, index) => ({ path: `/${index}`, idleTimeoutSeconds: 100 + index }));
    const objects = await render(backend({ routes: many }));
    const routes = maybe(objects, "HTTPRoute") as unknown as Route[];
    expect(routes.map(({ metadata, spec }) => [metadata.name, spec.rules.length])).toEqual([
      ["backend-https-backend", 16],
      ["backend-https-backend-part2", 16],
      ["backend-https-backend-part3", 1],
    ]);
    const silences = maybe(objects, "BackendTrafficPolicy").map(({ spec }) => {
      const { targetRefs, timeout } = spec as {
        targetRefs: [{ name: string; sectionName: string }];
        timeout: { http: { streamIdleTimeout: string } };
      };
      const [{ name, sectionName }] = targetRefs;
      const route = routes.find(({ metadata }) => metadata.name === name);
      const rule = route?.spec.rules.find((one) => one.name === sectionName);
      return [rule?.matches[0]?.path.value, timeout.http.streamIdleTimeout];
    });
    expect(silences).toEqual(many.map(({ path, idleTimeoutSeconds }) => [path, `${idleTimeoutSeconds}s`]));
    expect(new Set(objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`)).size).toBe(objects.length);
  });

  it("gives the route that says so another silence, and leaves the rest of the gateway's policy", () => {
    const policies = maybe(everything, "BackendTrafficPolicy");
    expect(policies.map((policy) => [policy.metadata.name, policy["spec"]])).toEqual([
      [
        "backend-https-backend-2",
        {
          targetRefs: [
            {
              group: "gateway.networking.k8s.io",
              kind: "HTTPRoute",
              name: "backend-https-backend",
              sectionName: "route-2",
            },
          ],
          mergeType: "StrategicMerge",
          timeout: { http: { streamIdleTimeout: "300s" } },
        },
      ],
    ]);
  });

  it("tests itself by its own image, asking the Service what the kubelet asks", () => {
    const [container] = podsOfOwner(everything, "Job backend-test").spec.containers;
    expect(container?.command?.at(-1)).toBe("http://backend/readyz");
    expect(container?.image).toBe(podsOfOwner(everything, "Deployment backend").spec.containers[0]?.image);
  });
});
