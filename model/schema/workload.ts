import { z } from "zod";
import { asking, host, integer, strictObject, text } from "../fields";
import { cpuOfUnits, memoryOfMebibytes } from "../quantities";
import { CRON, cronMeantBy, hasWholeRanges } from "./cron";
import { ROUTE, routeMeantBy } from "./route";
import { isTimeZone, timeZoneMeantBy } from "./time-zone";

/**
 * What helm-values/<application>/*.yaml may say, and what a stack adds to it. `values.schema.json` of charts/mmrv-app is
 * rendered from this file, so that Helm refuses what synthesis refuses. Rules that span fields are in
 * `rules/workload.ts`; the chart repeats those that need no environment.
 */

/** "500m" or "1.5". Nothing here needs a hundred CPUs: three digits are units of ECS. */
const cpu = text(
  /^([1-9]\d*m|[1-9]\d?(\.\d{1,3})?|0\.\d{1,3})$/,
  "must be a CPU quantity such as 250m or 1, below 100 (ECS counts 1024 units a CPU)",
  cpuOfUnits,
);
const memory = text(
  /^[1-9]\d*(Mi|Gi)$/,
  "must be a memory quantity such as 256Mi or 1Gi (ECS counts MiB)",
  memoryOfMebibytes,
);

/** A part of an object's name: with the application in front it stays under the 52 characters of a CronJob. */
const part = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
    "must be 1 to 30 lower-case letters, digits, inner hyphens (it names objects)",
  );

const variable = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    "must be the name of an environment variable: letters, digits and underscores, no digit first",
  );

const variables = z.record(
  variable,
  z.string('must be text; put numbers and true in quotes: "8080"'),
  "must be an object of variables",
);

const digest = text(
  /^sha256:[0-9a-f]{64}$/,
  "must be the digest of a pushed image, sha256: and 64 hex digits (a tag can be moved to another image)",
);

const secretName = text(
  /^[0-9a-zA-Z-]{1,127}$/,
  "must be 1 to 127 letters, digits and hyphens (Key Vault takes no other name)",
);

const port = integer(1024, 65_535, "a port that needs no root");

const words = (what: string) => z.array(z.string(), `must be a list of words (${what}; no shell splits them)`);

/** How a container begins, beside its arguments. With a command Kubernetes leaves out the image's own arguments too, as ECS does. */
const beginning = {
  command: words("what the container starts")
    .min(1, "must name what the container starts (leave it out for the image's own)")
    .optional()
    .describe("Instead of the image's entrypoint: ECS's entryPoint."),
  workingDir: text(/^(\/|(\/\.*[\w-][\w.-]*)+)$/, "must be an absolute path such as /app, without a slash at its end")
    .optional()
    .describe("Where it starts. @default the image's own"),
};
const args = words("the arguments of the container").optional().describe("Instead of the image's own command.");

const resources = strictObject({
  requests: strictObject({
    cpu: cpu.describe("What the scheduler keeps free, and what the autoscaler's percentage is of."),
    memory: memory.describe("What the scheduler keeps free."),
  }),
  limits: strictObject({
    cpu: cpu.optional().describe("A throttle; leave it out for Node, whose slowest requests it doubles."),
    memory: memory.describe("Above it the container is killed and restarted."),
  }),
}).describe("What one container needs and may use.");

const pace = {
  periodSeconds: integer(1, 300, "seconds between two questions"),
  timeoutSeconds: integer(1, 60, "seconds for an answer"),
  failureThreshold: integer(1, 120, "failures in a row that count"),
};
const asked = {
  path: text(/^\/\S*$/, "must be a path such as /healthz (the kubelet asks it)").describe("What the kubelet asks for."),
};
const executed = {
  command: words("what the kubelet runs in the container")
    .min(1, "must name what the kubelet runs in the container")
    .describe("What the kubelet starts in the container each period; the image must have it. Passes with exit code 0."),
};
const probe = strictObject({ ...asked, ...pace });
/** Of what has no port. */
const execProbe = strictObject({ ...executed, ...pace });
/** One of both: `rules/sidecars.ts`. */
const eitherProbe = strictObject({ ...asked, ...executed, ...pace }).partial({ path: true, command: true });

/** At the least one folder, each with a name: neither . nor .., and so no way up. */
const FOLDERS = /^(\/\.*[\w-][\w.-]*)+$/;
/**
 * What a volume would hide: the kernel's own, the devices, and the tokens with which a pod logs in to Azure and AWS, which are
 * below /var/run/secrets; in most images /var/run leads to /run. /dev/shm is memory that an application may well want more of.
 */
const TAKEN =
  /^\/(dev|(proc|sys|(var\/)?run\/secrets|etc\/(pki|ssl))(\/.*)?|(usr\/(local\/)?)?(bin|lib|lib64|sbin|share)|etc|usr(\/local)?)$/;
const FOLDER =
  "must be an absolute path such as /var/cache/app, without . or .., // or a slash at its end, and none of /dev, /proc, /sys, /run/secrets, /var/run/secrets, nor the folders of the system such as /etc, /etc/ssl, /usr, /bin (a volume there would hide what the pod needs)";
const volumePath = text(FOLDERS, FOLDER)
  .refine((path) => !TAKEN.test(path), FOLDER)
  // For Helm, which is told of no function.
  .meta({ not: { pattern: TAKEN.source } });

const volumes = z.array(
  strictObject({
    path: volumePath,
    size: memory.describe("Above it the pod is evicted."),
  }),
  "must be a list of writable folders",
);

/** Without words an image starts its server: a consumer would be a second one, and a job would never end. */
const work = words("the arguments of the container").min(
  1,
  "must say what runs (without words the image starts its server)",
);

const SCHEDULE =
  "must be five cron fields such as 0 12 * * 1-5: minute, hour, day, month, weekday from Sunday as 0 (only EventBridge has a year, rate(), ?, L, W and #)";
const PREFIX =
  "must be a path prefix such as / or /api, of letters that a URL takes (it stands for all below it: there are no patterns)";
const TIME_ZONE = "must be a time zone such as Etc/UTC or America/Guatemala";

/** Job-like workloads: they follow `workers`, so that they run on one cloud only. */
const consumer = strictObject({
  ...beginning,
  args: work.optional().describe("Needed without a command."),
  replicas: integer(1, 50, "pods of one consumer"),
  probes: strictObject({
    startup: execProbe.optional().describe("Until it passes, the other waits: ECS's startPeriod."),
    liveness: execProbe.describe("Failing restarts the container."),
  })
    .optional()
    .describe("How the kubelet knows, by a process each time; nobody sends it traffic, so there is no readiness."),
  resources,
});
const cronJob = strictObject({
  ...beginning,
  args: work.optional().describe("Needed without a command."),
  schedule: text(CRON, SCHEDULE, cronMeantBy).refine(
    (schedule) => !CRON.test(schedule) || hasWholeRanges(schedule),
    "must have ranges that end after they begin (the API server refuses the others)",
  ),
  timeZone: text(/^(UTC|GMT|[A-Z][A-Za-z]+(\/[A-Za-z0-9_+-]+)+)$/, TIME_ZONE, timeZoneMeantBy).refine(isTimeZone, {
    error: asking(TIME_ZONE, timeZoneMeantBy),
  }),
  deadlineSeconds: integer(1, 86_400, "seconds after which a run is stopped"),
  resources,
});

/** Another container of the server's pods. */
const sidecar = strictObject({
  image: strictObject({
    repository: text(
      /^[a-z0-9]+([_-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
      "must be a repository of our registry such as third-party/fluent/fluent-bit, without host, tag and digest (images of others are copied there first)",
    )
      .optional()
      .describe("In the environment's registry. @default the application's own"),
    digest: digest.describe("The image that runs."),
  })
    .optional()
    .describe("Which image runs. @default the application's, at its digest"),
  ...beginning,
  args,
  env: variables.optional().describe("Plain variables, its own alone. $(NAME) is not expanded, as on ECS."),
  secrets: z
    .array(
      strictObject({
        name: secretName.describe("One of the application's secrets."),
        env: variable.describe("The variable that it becomes here."),
      }),
      "must be a list of secrets",
    )
    .optional()
    .describe("Those of the application's secrets that it gets, as variables; no file."),
  usesIdentity: z
    .boolean("must be true or false")
    .optional()
    .describe(
      "Whether it may log in to Azure and AWS as the application, as each container of an ECS task. @default false",
    ),
  startsFirst: z
    .boolean("must be true or false")
    .optional()
    .describe(
      "Starts before the application, which waits for its startup probe, and ends after it: a native sidecar. @default false",
    ),
  port: port
    .optional()
    .describe("Where it listens, for its probes and the pod's other containers; nobody else gets in."),
  probes: strictObject({
    startup: eitherProbe
      .optional()
      .describe("Until it passes, the other two wait, and with startsFirst the application."),
    readiness: eitherProbe.optional().describe("Failing takes the whole pod out of traffic."),
    liveness: eitherProbe.optional().describe("Failing restarts this container."),
  })
    .optional()
    .describe("How the kubelet knows: by a path on its port, or by a command."),
  volumes: volumes.optional().describe("Folders of its own, empty at each start; its root is read-only too."),
  mounts: z
    .array(
      strictObject({
        volume: z.string("must be the path of one of volumes").describe("The application's volume, by its path there."),
        path: volumePath,
      }),
      "must be a list of mounts",
    )
    .optional()
    .describe("Volumes of the application that it shares, each at a path of its own."),
  resources,
});

/** What a person or the pipeline writes: chart defaults ← values.yaml ← <environment>.yaml. */
const workloadFields = {
  image: strictObject({
    digest: digest
      .optional()
      .describe("The image that runs; the pipeline writes it. Without one everything but the release is deployed."),
    tag: text(
      /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
      "must be a tag of up to 63 characters, a letter or digit at both ends (it becomes a label)",
    )
      .optional()
      .describe("For people: where the digest came from."),
  }).describe("Which image runs."),
  ...beginning,
  args,
  port: port.describe("Where the container listens; also in PORT."),
  env: variables.describe(
    "Plain variables, in a ConfigMap that everybody may read. $(NAME) is not expanded, as on ECS.",
  ),
  secrets: z
    .array(
      strictObject({
        name: secretName.describe("The secret in the application's vault, and the file under /mnt/secrets."),
        env: variable.optional().describe("Also as this variable, for an application that reads no files."),
      }),
      "must be a list of secrets",
    )
    .describe("Secrets of the application's own vault."),
  resources,
  probes: strictObject({
    startup: probe.describe("Until it passes, the other two wait: ECS's startPeriod."),
    readiness: probe.describe("Failing takes the pod out of traffic. Ask no database: one hiccup would take out all."),
    liveness: probe.describe("Failing restarts the container."),
  }).describe("How the kubelet knows."),
  shutdown: strictObject({
    preStopSeconds: integer(0, 120, "seconds").describe(
      "Between leaving traffic and SIGTERM: the gateway needs some to notice.",
    ),
    graceSeconds: integer(1, 600, "seconds").describe("From leaving traffic to SIGKILL, preStopSeconds included."),
  }).describe("How a pod ends without losing a request."),
  replicas: integer(1, 50, "pods").describe("How many pods, without autoscaling."),
  autoscaling: strictObject({
    enabled: z.boolean("must be true or false"),
    minReplicas: integer(1, 50, "pods"),
    maxReplicas: integer(1, 100, "pods"),
    cpuPercent: integer(10, 95, "percent of the CPU request").describe("Above it pods are added."),
    scaleDownSeconds: integer(0, 3600, "Kubernetes' limit").describe("How long load must be low before pods go."),
  }).describe("A HorizontalPodAutoscaler, which then owns the number of pods."),
  volumes: volumes.describe("Folders that the application writes to; empty at each start."),
  sidecars: z
    .record(part, sidecar, "must be an object of sidecars by name")
    .describe("What runs beside the server, in each of its pods."),
  routes: z
    .array(
      strictObject({
        host: host
          .optional()
          .describe(
            "Another domain of the environment, or one further name that serves. @default the application's own, with all that serve the same",
          ),
        path: text(ROUTE, PREFIX, routeMeantBy).max(
          1024,
          "must be at most 1024 characters (the API server refuses more)",
        ),
        idleTimeoutSeconds: integer(1, 4000, "seconds of silence, as on the ALB")
          .optional()
          .describe(
            "How long nobody may send anything before the gateway ends the request. @default gateway.streamIdleSeconds of the platform",
          ),
        requestTimeoutSeconds: integer(1, 3600, "seconds for the whole answer")
          .optional()
          .describe("When the gateway ends the request, whatever is still being sent. @default never"),
        timeoutSeconds: z
          .never(
            "must be absent (it ended streams too; the gateway now ends what is silent for 60 s, as the ALB did: leave it out, or say idleTimeoutSeconds for another silence, requestTimeoutSeconds for the whole answer)",
          )
          .optional(),
      }),
      "must be a list of routes",
    )
    .describe("What the gateway sends here; empty for none."),
  workers: z
    .enum(["aws", "azure"], "must be aws or azure, one of them (on both sides every job would run twice)")
    .describe("Which cloud runs consumers and cron jobs."),
  consumers: z
    .record(part, consumer, "must be an object of consumers by name")
    .describe("Processes that take work from a queue."),
  cronJobs: z
    .record(part, cronJob, "must be an object of cron jobs by name")
    .describe("Processes that a clock starts."),
  migration: strictObject({
    enabled: z.boolean("must be true or false"),
    ...beginning,
    args: words("the arguments of the container"),
    deadlineSeconds: integer(1, 840, "seconds after which it has failed; the release waits 900"),
  }).describe("A Job before each upgrade; both clouds share the schema, so it may only add."),
  smokeTest: words("the command of the test's container; the Service's URL is its last argument").describe(
    "What helm test runs, in the application's image.",
  ),
};

export const workloadSchema = strictObject(workloadFields);
export type Workload = z.infer<typeof workloadSchema>;

/** A worker has no server: nobody says where it listens (`rules/workload.ts` refuses it), and the chart's probes have no path. */
const workerFields = {
  ...workloadFields,
  port: workloadFields.port.optional(),
  probes: strictObject({
    startup: probe.partial({ path: true }),
    readiness: probe.partial({ path: true }),
    liveness: probe.partial({ path: true }),
  }),
};

export const workerSchema = strictObject(workerFields);
export type Worker = z.infer<typeof workerSchema>;

/** What a stack knows and nobody writes. */
const computedFields = {
  environment: z.string(),
  host: z.string().optional().describe("The application's own domain; absent for a worker, which then has no server."),
  gateway: strictObject({
    name: z.string(),
    proxyNamespace: z.string().describe("Where the gateway's pods are."),
    listeners: z.record(z.string(), z.string()).describe("The listener of each host that may have routes."),
    aliases: z
      .record(z.string(), z.array(z.string()))
      .optional()
      .describe("Of an application's host, the further names that serve the same."),
  }),
  identity: strictObject({ clientId: z.string() }),
  vault: strictObject({ name: z.string(), tenantId: z.string() }),
  aws: strictObject({ roleArn: z.string(), region: z.string() })
    .optional()
    .describe("The role that the pods get by web identity."),
};

export type ComputedValues = z.infer<z.ZodObject<typeof computedFields>> & { image: { repository: string } };

/** Everything that the chart is given. */
export const chartValuesSchema = strictObject({
  // Which of the two it is the chart asks by itself: JSON Schema would answer with both.
  ...workerFields,
  ...computedFields,
  // Without a digest there is no release; the chart says so itself, in a sentence.
  image: workloadFields.image.extend({ repository: z.string() }),
});
