import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { host } from "../../model/fields";
import { describeIssue } from "../../model/rules/issue";
import { SERVER_RULES, WORKLOAD_RULES } from "../../model/rules/workload";
import type { Application } from "../../model/schema/application";
import { chartValuesSchema, type Workload } from "../../model/schema/workload";
import { jsonSchema } from "../../tools/render/values-schema";
import { APP_CHART, type AppShape, appValues, appValuesFiles, EVERYTHING, OF_ECS } from "../support/chart-values";
import { ENVIRONMENTS } from "../support/fixtures/environments/all";
import { BAD_FOLDERS, FOLDER, GOOD_FOLDERS } from "../support/fixtures/folders";
import { ROUTES_OF_OTHERS } from "../support/fixtures/routes";
import { NO_SECRETS, SECRET_LOOKS } from "../support/fixtures/secret-looks";
import { FURTHER, withFurtherNames } from "../support/further-names";
import { Helm } from "../support/helm";
import { requires } from "../support/requires";

const temporary = mkdtempSync(join(tmpdir(), "mmrv-app-values-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const [FIRST] = ENVIRONMENTS;
if (!FIRST) throw new Error("no environment");
const backend = (more: object): AppShape => ({ environment: FIRST, application: "backend", more });

describe("values.schema.json", () => {
  it("carries the sentence of each field, and takes the sentence itself for no value", () => {
    expect(jsonSchema(z.string("must be text").optional().describe("It says."))).toMatchObject({
      description: "It says.",
      if: { type: "string" },
      else: { const: "text" },
      not: { const: "text" },
    });
    // Words of a library are none of ours.
    expect(jsonSchema(z.string())).toMatchObject({ type: "string" });
  });

  it("has no pattern that Go does not know: a length ahead becomes one of its own", () => {
    expect(jsonSchema(host)["if"]).toEqual({
      type: "string",
      minLength: 1,
      maxLength: 253,
      pattern: "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$",
    });
    expect(() => jsonSchema(z.string().regex(/^(?!x)/, "must be no x"))).toThrow("look around");
  });
});

const resources = (more: { cpu?: string; memory: string }) => ({
  requests: { cpu: "1.5", memory: "1Gi" },
  limits: more,
});

const PACE = { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 };

/** One sidecar with a change, and what it shares. */
const sidecar = (change: object) => ({
  secrets: OF_ECS.secrets,
  volumes: OF_ECS.volumes,
  sidecars: { proxy: { ...OF_ECS.sidecars.proxy, ...change } },
});

const volumeAt = (path: string) => ({ volumes: [{ path, size: "1Mi" }] });

/** Values that both refuse, and what Helm says. */
const BAD: Readonly<Record<string, { more: object; says: readonly string[] }>> = {
  "an unknown key": { more: { replica: 3 }, says: ["at '': additional properties 'replica' not allowed"] },
  "an unknown key inside": {
    more: { probes: { readiness: { port: 1 } } },
    says: ["at '/probes/readiness': additional properties 'port' not allowed"],
  },
  "a tag instead of a digest": {
    more: { image: { digest: "v1.2.3" } },
    says: [
      "at '/image/digest': value must be 'the digest of a pushed image, sha256: and 64 hex digits (a tag can be moved to another image)'",
    ],
  },
  "a tag that is no label": {
    more: { image: { tag: "v1-" } },
    says: [
      "at '/image/tag': value must be 'a tag of up to 63 characters, a letter or digit at both ends (it becomes a label)'",
    ],
  },
  "no probe path": {
    more: { probes: { readiness: { path: "" } } },
    says: ["at '/probes/readiness/path': value must be 'a path such as /healthz (the kubelet asks it)'"],
  },
  "a route's host outside the environment's domains": {
    more: { routes: [{ host: "elsewhere.example.com", path: "/" }] },
    says: [
      `routes.0.host: got "elsewhere.example.com", must be one of the environment's domains, ${FIRST.domains.backend} or ${FIRST.domains.frontend} (the gateway has no certificate for another)`,
    ],
  },
  "a route's host that is none": {
    more: { routes: [{ host: "API_1", path: "/" }] },
    says: ["at '/routes/0/host': value must be 'a lower-case DNS host name (it becomes a route and a certificate)'"],
  },
  "a limit that also ended streams": {
    more: { routes: [{ path: "/", timeoutSeconds: 60 }] },
    says: [
      "at '/routes/0/timeoutSeconds': value must be 'absent (it ended streams too; the gateway now ends what is silent for 60 s, as the ALB did: leave it out, or say idleTimeoutSeconds for another silence, requestTimeoutSeconds for the whole answer)'",
    ],
  },
  "a secret that Key Vault cannot hold": {
    more: { secrets: [{ name: "database_url" }] },
    says: [
      "at '/secrets/0/name': value must be '1 to 127 letters, digits and hyphens (Key Vault takes no other name)'",
    ],
  },
  "workers on both sides": {
    more: { workers: "both" },
    says: ["at '/workers': value must be 'aws or azure, one of them (on both sides every job would run twice)'"],
  },
  "a variable that is no text": {
    more: { env: { POOL: 5 } },
    says: [`at '/env/POOL': value must be 'text; put numbers and true in quotes: "8080"'`],
  },
  "a variable's name": {
    more: { env: { "LOG-LEVEL": "info" } },
    says: [
      "invalid propertyName 'LOG-LEVEL'",
      "value must be 'the name of an environment variable: letters, digits and underscores, no digit first'",
    ],
  },
  "a port that needs root": {
    more: { port: 80 },
    says: ["at '/port': value must be 'a whole number from 1024 to 65535 (a port that needs no root)'"],
  },
  "too little grace": {
    more: { shutdown: { preStopSeconds: 15, graceSeconds: 74 }, routes: [{ path: "/", requestTimeoutSeconds: 60 }] },
    says: [
      "shutdown.graceSeconds: got 74, must be at least preStopSeconds 15 + 60 (it counts from before preStop, and a request in flight may take the rest)",
    ],
  },
  "too little grace for what is no request": {
    more: { shutdown: { preStopSeconds: 15, graceSeconds: 24 }, routes: [] },
    says: [
      "shutdown.graceSeconds: got 24, must be at least preStopSeconds 15 + 10 (it counts from before preStop, and a request in flight may take the rest)",
    ],
  },
  "variables that the chart sets": {
    more: { env: { AWS_ROLE_ARN: "x" }, secrets: [{ name: "port", env: "PORT" }] },
    says: [
      'env.AWS_ROLE_ARN: got "AWS_ROLE_ARN", must be absent (the chart sets it)',
      'env.PORT: got "PORT", must be absent (the chart sets it)',
    ],
  },
  "a variable in two places": {
    more: { env: { DATABASE_URL: "x" } },
    says: [
      'env.DATABASE_URL: got "DATABASE_URL", must be in env or in secrets, not in both (one would hide the other)',
    ],
  },
  "secrets twice": {
    more: {
      secrets: [
        { name: "one", env: "ONE" },
        { name: "one", env: "ONE" },
      ],
    },
    says: ['secrets: got "ONE", must be the variable of one secret only', 'secrets: got "one", must be listed once'],
  },
  "a folder over the secrets": {
    more: {
      volumes: [
        { path: "/tmp", size: "1Mi" },
        { path: "/mnt/secrets/mine", size: "1Mi" },
      ],
    },
    says: ['volumes: got "/mnt/secrets/mine", must be another folder (secrets are mounted there)'],
  },
  "a schedule of EventBridge": {
    more: { cronJobs: { report: { ...EVERYTHING.cronJobs.report, schedule: "cron(0 12 * * ? *)" } } },
    says: [
      "at '/cronJobs/report/schedule': value must be 'five cron fields such as 0 12 * * 1-5: minute, hour, day, month, weekday from Sunday as 0 (only EventBridge has a year, rate(), ?, L, W and #)'",
    ],
  },
  "a consumer that says nothing": {
    more: { consumers: { mail: { ...EVERYTHING.consumers.mail, args: [] } } },
    says: ["at '/consumers/mail/args': minItems: got 0, want 1"],
  },
  "processes that say nothing": {
    more: {
      consumers: { mail: { ...OF_ECS.consumers.mail, command: undefined } },
      cronJobs: { report: { ...OF_ECS.cronJobs.report, command: undefined } },
      sidecars: { tail: { ...OF_ECS.sidecars.tail, mounts: [], command: undefined } },
    },
    says: ["consumers.mail", "cronJobs.report", "sidecars.tail"].map(
      (path) =>
        `${path}.args: got nothing, must say what runs, or command must (without words the image starts its server)`,
    ),
  },
  "an image of another registry": {
    more: sidecar({ image: { repository: "docker.io/library/redis", digest: OF_ECS.sidecars.proxy.image.digest } }),
    says: [
      "at '/sidecars/proxy/image/repository': value must be 'a repository of our registry such as third-party/fluent/fluent-bit, without host, tag and digest (images of others are copied there first)'",
    ],
  },
  "a sidecar on a port that is taken": {
    more: sidecar({ port: 8080 }),
    says: ["sidecars.proxy.port: got 8080, must be another port than port (the containers of a pod share one address)"],
  },
  "a sidecar on the port of another": {
    more: { ...OF_ECS, sidecars: { ...OF_ECS.sidecars, tail: { ...OF_ECS.sidecars.tail, port: 5432 } } },
    says: [
      "sidecars.tail.port: got 5432, must be another port than sidecars.proxy.port (the containers of a pod share one address)",
    ],
  },
  "a sidecar that is asked in two ways, in none, and where it does not listen": {
    more: sidecar({
      port: undefined,
      probes: {
        startup: PACE,
        readiness: { ...PACE, path: "/r" },
        liveness: { ...PACE, path: "/l", command: ["true"] },
      },
    }),
    says: [
      "sidecars.proxy.probes.startup.path: got nothing, must be there, or command must, and not both (the kubelet asks for a path or runs a command)",
      "sidecars.proxy.port: got nothing, must be there (probes.readiness asks it for /r)",
      'sidecars.proxy.probes.liveness.path: got "/l", must be there, or command must, and not both (the kubelet asks for a path or runs a command)',
    ],
  },
  "what a sidecar shares and the application has not": {
    more: sidecar({
      mounts: [{ volume: "/elsewhere", path: "/data" }],
      secrets: [{ name: "elsewhere", env: "KEY" }],
    }),
    says: [
      'sidecars.proxy.mounts.0.volume: got "/elsewhere", must be the path of one of the application\'s volumes, /tmp, /run/app',
      'sidecars.proxy.secrets.0.name: got "elsewhere", must be one of the application\'s secrets, database-url, proxy-key (the pod fetches no other)',
    ],
  },
  "what a sidecar shares and nobody has": {
    more: { ...sidecar({}), volumes: [], secrets: [] },
    says: [
      'sidecars.proxy.mounts.0.volume: got "/run/app", must be the path of one of the application\'s volumes, and there is none',
      'sidecars.proxy.secrets.0.name: got "proxy-key", must be one of the application\'s secrets, and there is none (the pod fetches no other)',
    ],
  },
  "variables of a sidecar": {
    more: sidecar({
      env: { AWS_ROLE_ARN: "x", KEY: "x", TOKEN: "AKIAIOSFODNN7EXAMPLE" },
      secrets: [
        { name: "proxy-key", env: "KEY" },
        { name: "database-url", env: "KEY" },
      ],
    }),
    says: [
      'sidecars.proxy.env.AWS_ROLE_ARN: got "AWS_ROLE_ARN", must be absent (the chart sets it)',
      'sidecars.proxy.env.KEY: got "KEY", must be in env or in secrets, not in both (one would hide the other)',
      'sidecars.proxy.secrets: got "KEY", must be the variable of one secret only',
      'sidecars.proxy.env.TOKEN: got "…", must be in the application\'s vault, and under secrets with env: TOKEN (it looks like an access key of AWS, and everybody may read env; git keeps it, so replace it)',
    ],
  },
  "a route twice": {
    more: { routes: [{ path: "/api" }, { path: "/api/" }] },
    says: [`routes: got "${FIRST.domains.backend}/api", must be listed once (one would hide the other)`],
  },
  "units of ECS": {
    more: { resources: { requests: { cpu: "256", memory: "64Mi" }, limits: { memory: "64Mi" } } },
    says: [
      "at '/resources/requests/cpu': value must be 'a CPU quantity such as 250m or 1, below 100 (ECS counts 1024 units a CPU)'",
    ],
  },
  ...Object.fromEntries(
    ROUTES_OF_OTHERS.map(([path]) => [
      `a route to ${path}`,
      {
        more: { routes: [{ path }] },
        says: [
          "at '/routes/0/path': value must be 'a path prefix such as / or /api, of letters that a URL takes (it stands for all below it: there are no patterns)'",
        ],
      },
    ]),
  ),
  ...Object.fromEntries(
    BAD_FOLDERS.map((path) => [
      `a volume at ${path}`,
      { more: volumeAt(path), says: [`at '/volumes/0/path': value must be '${FOLDER}'`] },
    ]),
  ),
  ...Object.fromEntries(
    SECRET_LOOKS.map(([kind, value], index) => [
      `a variable that looks like ${kind} (${index})`,
      {
        more: { env: { TOKEN: value } },
        says: [
          `env.TOKEN: got "…", must be in the application's vault, and under secrets with env: TOKEN (it looks like ${kind}, and everybody may read env; git keeps it, so replace it)`,
        ],
      },
    ]),
  ),
};

/** What the chart leaves to the API server, which refuses it: __tests__/charts/app-cluster.real.test.ts. */
const LEFT_TO_KUBERNETES: typeof BAD = {
  "a memory limit below the request": {
    more: { resources: resources({ memory: "512Mi" }) },
    says: ['resources.limits.memory: got "512Mi", must be at least requests.memory 1Gi (Kubernetes refuses the pod)'],
  },
  "a CPU limit below the request": {
    more: { resources: resources({ memory: "1Gi", cpu: "1499m" }) },
    says: ['resources.limits.cpu: got "1499m", must be at least requests.cpu 1.5 (Kubernetes refuses the pod)'],
  },
  "the same of a consumer and of a cron job": {
    more: {
      consumers: { mail: { ...EVERYTHING.consumers.mail, resources: resources({ memory: "1023Mi" }) } },
      cronJobs: { report: { ...EVERYTHING.cronJobs.report, resources: resources({ memory: "1Mi" }) } },
    },
    says: [
      'consumers.mail.resources.limits.memory: got "1023Mi", must be at least requests.memory 1Gi (Kubernetes refuses the pod)',
      'cronJobs.report.resources.limits.memory: got "1Mi", must be at least requests.memory 1Gi (Kubernetes refuses the pod)',
    ],
  },
  "a minimum of the autoscaler above its maximum": {
    more: { autoscaling: { minReplicas: 9, maxReplicas: 4 } },
    says: ["autoscaling.minReplicas: got 9, must be at most maxReplicas 4 (the autoscaler is refused)"],
  },
  "a sidecar of the application's name": {
    more: { sidecars: { backend: OF_ECS.sidecars.statsd } },
    says: ['sidecars.backend: got "backend", must be another name than the application\'s (its container has it)'],
  },
  "a folder of a sidecar twice": {
    more: sidecar({ mounts: [{ volume: "/tmp", path: "/var/lib/proxy" }] }),
    says: ['sidecars.proxy.mounts: got "/var/lib/proxy", must be mounted once, by volumes or by mounts'],
  },
  "a folder twice": {
    more: {
      volumes: [
        { path: "/tmp", size: "1Mi" },
        { path: "/tmp", size: "1Mi" },
      ],
    },
    says: ['volumes: got "/tmp", must be listed once'],
  },
};

const GOOD: Readonly<Record<string, object>> = {
  nothing: {},
  everything: EVERYTHING,
  "what ECS has": OF_ECS,
  "a limit that is the request": { resources: resources({ memory: "1Gi", cpu: "1500m" }) },
  "one pod at the least and the most": { autoscaling: { minReplicas: 1, maxReplicas: 1 } },
  "a route for the other domain": { routes: [{ host: FIRST.domains.frontend, path: "/api" }] },
  "grace to the second": { shutdown: { preStopSeconds: 0, graceSeconds: 10 }, routes: [] },
  "grace for the longest request": {
    shutdown: { preStopSeconds: 15, graceSeconds: 75 },
    routes: [{ path: "/" }, { path: "/report", requestTimeoutSeconds: 60 }],
  },
  ...Object.fromEntries(GOOD_FOLDERS.map((path) => [`a volume at ${path}`, volumeAt(path)])),
  "variables that have something of a secret": {
    env: Object.fromEntries(NO_SECRETS.map((value, index) => [`A${index}`, value])),
  },
  "the longest name of a part": { cronJobs: { ["x".repeat(30)]: EVERYTHING.cronJobs.report } },
};

function applicationOf({ application, environment }: AppShape): Application {
  const found = environment.applications.find(({ name }) => name === application);
  if (!found) throw new Error(`no ${application}`);
  return found;
}

/** What synthesis would say of the same values. */
function saidAtSynthesis(shape: AppShape): { readonly refused: boolean; readonly rules: string[] } {
  const values = appValues(shape);
  const isShaped = chartValuesSchema.safeParse(values).success;
  const rules = isShaped
    ? [...WORKLOAD_RULES, ...SERVER_RULES].flatMap(({ issues }) =>
        issues(values as unknown as Workload, shape.environment, applicationOf(shape)),
      )
    : [];
  return { refused: !isShaped || rules.length > 0, rules: rules.map((fault) => describeIssue("", fault)) };
}

describe("helm lint and synthesis", requires("helm"), () => {
  const helm = new Helm();
  const lint = (shape: AppShape) => helm.lint(APP_CHART, appValuesFiles(temporary, shape));

  it.each(Object.entries(BAD))("refuse %s", async (_, { more, says }) => {
    const linted = await lint(backend(more));
    for (const sentence of says) expect(linted.says).toContain(sentence);
    expect(linted.isClean).toBe(false);
    const { refused, rules } = saidAtSynthesis(backend(more));
    expect(refused).toBe(true);
    // The same words at both: those of the rules are here, those of fields in values.schema.json.
    for (const sentence of rules) expect(says).toContain(sentence);
  });

  it.each(Object.entries(LEFT_TO_KUBERNETES))(
    "differ in %s: the chart leaves it to Kubernetes",
    async (_, { more, says }) => {
      expect(await lint(backend(more))).toMatchObject({ isClean: true });
      expect(saidAtSynthesis(backend(more))).toEqual({ refused: true, rules: says });
    },
  );

  it.each(Object.entries(GOOD))("take %s", async (_, more) => {
    expect(await lint(backend(more))).toMatchObject({ isClean: true });
    expect(saidAtSynthesis(backend(more))).toEqual({ refused: false, rules: [] });
  });

  it("refuse a route at a name that serves the same already, and take one that is nowhere else", async () => {
    const environment = withFurtherNames(FIRST);
    const routes = (path: string) => [{ path: "/api" }, { host: FURTHER.serves, path }];
    const [twice, once] = ["/api/", "/promo"].map((path) => ({
      environment,
      application: "backend" as const,
      more: { routes: routes(path) },
    }));
    if (!twice || !once) throw new Error("two shapes");
    const sentence = 'routes: got "www.example.com/api", must be listed once (one would hide the other)';
    expect(await lint(twice)).toMatchObject({ isClean: false, says: expect.stringContaining(sentence) });
    expect(saidAtSynthesis(twice)).toEqual({ refused: true, rules: [sentence] });
    expect(await lint(once)).toMatchObject({ isClean: true });
    expect(saidAtSynthesis(once)).toEqual({ refused: false, rules: [] });
  });

  it("refuse a release without an image, with or without a tag", async () => {
    const without = async (image: object) => {
      const shape = backend({ image });
      // Helm knows no way to take away what an earlier file has said.
      const files = appValuesFiles(temporary, shape).filter((file) => !readFileSync(file, "utf8").includes("sha256:"));
      return helm.lint(APP_CHART, files);
    };
    expect(await without({ tag: "v1.2.3" })).toMatchObject({
      isClean: false,
      says: expect.stringContaining(
        'image.tag: got "v1.2.3", must come with image.digest (a tag can be moved to another image after it was tested)',
      ),
    });
    expect(await without({})).toMatchObject({
      isClean: false,
      says: expect.stringContaining("image.digest: got nothing, must be the digest of a pushed image"),
    });
  });

  it("say everything at once, and to a release in nothing but these sentences", async () => {
    const faults = ["too little grace", "variables that the chart sets", "a folder over the secrets"];
    const all = faults.map((fault) => BAD[fault] ?? { more: {}, says: [] });
    const shape = backend(Object.assign({}, ...all.map(({ more }) => more)));
    const refused = helm.template(APP_CHART, "backend", appValuesFiles(temporary, shape));
    const sentences = all.flatMap(({ says }) => says).join("\n");
    await expect(refused).rejects.toThrow(
      new RegExp(
        `^helm template: execution error at \\(mmrv-app/templates/checks.yaml:\\d+:\\d+\\): ${literally(sentences)}\n`,
      ),
    );
    expect((await lint(shape)).says).toContain(`): ${sentences}\n`);
  });
});

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
