import { z } from "zod";
import { integer, strictObject, text } from "../fields";
import { cpuOfUnits, memoryOfMebibytes } from "../quantities";

/**
 * What helm-values/platform/*.yaml may say about what every release shares, and what a stack adds to it.
 * `values.schema.json` of charts/mmrv-platform is rendered from this file.
 */
const cpu = text(
  /^([1-9]\d*m|[1-9]\d?)$/,
  "must be a CPU quantity such as 250m or 1, below 100 (ECS counts 1024 units a CPU)",
  cpuOfUnits,
);
/** Of all pods together, which may well be hundreds. */
const cpuOfAll = text(/^([1-9]\d*m|[1-9]\d*)$/, "must be a CPU quantity such as 500m or 20");
const memory = text(/^[1-9]\d*(Mi|Gi)$/, "must be a memory quantity such as 256Mi or 40Gi", memoryOfMebibytes);

const platformFields = {
  publicHttps: z
    .array(z.string("must be an application's name"), "must be a list of applications")
    .describe(
      "Which applications may call public addresses by HTTPS; those with rights in AWS may anyway. A firewall still says which hosts.",
    ),
  quota: strictObject({
    requestsCpu: cpuOfAll,
    requestsMemory: memory,
    limitsMemory: memory,
    pods: integer(1, 1000, "pods"),
  }).describe("What all pods of the namespace may ask for together; a mistake stops here and not at the bill."),
  containerDefaults: strictObject({ requestsCpu: cpu, requestsMemory: memory, limitsMemory: memory }).describe(
    "What a container without resources gets, such as the solver of a certificate.",
  ),
  gateway: strictObject({
    minReplicas: integer(1, 20, "pods").describe("Envoy pods at the least; two survive the loss of a node."),
    maxReplicas: integer(1, 50, "pods"),
    requestsCpu: cpu,
    requestsMemory: memory,
    limitsMemory: memory,
    drainSeconds: integer(20, 600, "seconds; the load balancer needs ten to notice").describe(
      "How long an Envoy that leaves finishes its connections.",
    ),
    streamIdleSeconds: integer(1, 4000, "seconds of silence, as on the ALB").describe(
      "How long nobody may send anything before a request, stream or WebSocket is ended; an application's route may say another.",
    ),
    upstreamIdleSeconds: integer(1, 3600, "seconds").describe(
      "How long a connection to an application is kept unused; an application's own limit must be longer, or requests meet a closed one.",
    ),
  }),
};

export const platformSchema = strictObject(platformFields);
export type PlatformValues = z.infer<typeof platformSchema>;

const computedFields = {
  environment: z.string(),
  applications: z.array(
    strictObject({
      name: z.string(),
      /** Absent for a worker, which answers at no domain. */
      web: strictObject({
        host: z.string(),
        // HTTP-01 only when DNS leads nowhere else: under cutover the challenge would go to AWS.
        challenge: z.enum(["dns01", "http01"]),
        also: z
          .array(
            strictObject({
              host: z.string(),
              does: z.enum(["redirects", "serves"]),
              hostedZoneId: z.string().optional().describe("Its zone. @default certificates.dns01.hostedZoneId"),
            }),
          )
          .optional()
          .describe("Further names, each proven in the same way."),
      }).optional(),
      /** Applications that it calls inside the cluster. */
      calls: z.array(z.string()),
      /** Whether it has rights in AWS, whose endpoints are public. */
      callsAws: z.boolean(),
      /** Whether its pods may reach the database. */
      database: z.boolean(),
    }),
  ),
  gatewayAddress: z.discriminatedUnion("on", [
    strictObject({ on: z.literal("publicAddress"), name: z.string(), resourceGroup: z.string() }),
    strictObject({ on: z.literal("privateIp"), ip: z.string(), subnet: z.string() }),
  ]),
  gatewayImage: z.string().describe("Envoy's image, with its digest."),
  proxyNamespace: z.string().describe("Where the gateway's pods are."),
  certificates: strictObject({
    server: z.string().describe("The ACME directory."),
    dns01: strictObject({
      region: z.string(),
      hostedZoneId: z.string(),
      roleArn: z.string(),
      serviceAccount: z.string().describe("Whose token AWS trusts for DNS-01."),
      followsCname: z
        .literal(true)
        .optional()
        .describe(
          "Challenges are written where the CNAME of _acme-challenge leads, because DNS is at another provider.",
        ),
    }),
    certManager: strictObject({ namespace: z.string(), serviceAccount: z.string() }),
  }),
  network: strictObject({
    /** Ranges that are not the internet: ours, and those of AWS that are reached privately. */
    insideRanges: z.array(z.string()),
    privateEndpoints: z.string().describe("Where private vaults and databases answer."),
    database: strictObject({
      ranges: z.array(z.string()),
      ports: z.array(strictObject({ from: integer(1, 65_535, "port"), to: integer(1, 65_535, "port") })),
    })
      .optional()
      .describe("Where the database answers; a public one anywhere outside."),
  }),
  /** Whether managed Prometheus scrapes: gateway, controllers, certificates, the API server. */
  metrics: z.boolean(),
};

export type ComputedPlatformValues = z.infer<z.ZodObject<typeof computedFields>>;

/** Everything that the chart is given. */
export const platformChartSchema = strictObject({ ...platformFields, ...computedFields });
