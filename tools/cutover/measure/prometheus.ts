import { z } from "zod";
import { failuresPerSecond, p95Milliseconds, requestsPerSecond } from "../../../constructs/observability/web-alerts";
import type { Environment } from "../../../model/environment";
import { namesOf, stackName } from "../../../model/naming";
import { ARM, type Ask, askerOf } from "../../azure/ask";
import { NO_TOKEN } from "../../azure/login";
import { flat } from "../../flat";
import { parseJson } from "../../parse-json";
import { isMeasured, type NotMeasured, notMeasured } from "./not-measured";

/** What the gateway saw of one application. */
export interface GatewayMeasured {
  readonly requestsPerSecond: number;
  /** The share that the application answered with 5xx: 0 to 1. */
  readonly failedShare: number;
  /** Of the time that the application took, in milliseconds. */
  readonly p95Milliseconds: number;
  /** Over how many minutes. */
  readonly minutes: number;
}

/** Asks an API of Azure; a test gives its own. @param audience whom the token is for */
export type AskApi = (audience: string) => Ask;

/** The version that azurerm 4.81 asks for too (tools/azure-simulator/api-versions.ts). */
const API_VERSION = "2023-04-03";
/** Whom the token of Prometheus' API is for (learn.microsoft.com/azure/azure-monitor/metrics/prometheus-api-promql). */
const AUDIENCE = "https://prometheus.monitor.azure.com";

const workspace = z.object({
  properties: z.object({ metrics: z.object({ prometheusQueryEndpoint: z.url() }) }),
});
/** prometheus.io/docs/prometheus/latest/querying/api */
const vector = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("vector"),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});
const refusal = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

type Watched = Pick<Environment, "name" | "code" | "suffix" | "subscriptionId" | "prometheus">;

/**
 * How an application does behind the gateway, by the expressions of its alerts (constructs/observability/web-alerts.ts).
 * Of an application and not of a host: all its hosts share one route, and Envoy counts by route.
 * @param minutes of the past that are looked at
 */
export async function gatewayOf(
  environment: Watched,
  { application, minutes }: { readonly application: string; readonly minutes: number },
  api: AskApi = askerOf,
): Promise<GatewayMeasured | NotMeasured> {
  const { name, prometheus } = environment;
  if (!prometheus)
    return notMeasured(
      `environments/${name}.ts has prometheus: false, so nothing counts at the gateway; look at its log, and answer yourself`,
    );
  try {
    const endpoint = await endpointOf(environment, api(ARM));
    if (!isMeasured(endpoint)) return endpoint;
    const { cluster, monitorWorkspace } = namesOf(environment);
    const ask = api(AUDIENCE);
    const query = (expression: string) =>
      valueIn(ask, { endpoint, workspace: monitorWorkspace, expression, cluster, application });
    return await measured(application, minutes, query);
  } catch (error) {
    return notMeasured(unreachable(error));
  }
}

/** A value of the application, or none, which is no fault: nobody has counted anything yet. */
type Value = number | undefined | NotMeasured;

async function measured(
  application: string,
  minutes: number,
  query: (expression: string) => Promise<Value>,
): Promise<GatewayMeasured | NotMeasured> {
  const range = `${minutes}m`;
  const requests = await query(requestsPerSecond(range));
  if (!isMeasured(requests)) return requests;
  if (!requests)
    return notMeasured(
      `no request has come to ${application} through the gateway for ${minutes} minutes; measure when some have`,
    );
  const failures = await query(failuresPerSecond(range));
  if (!isMeasured(failures)) return failures;
  const p95 = await query(p95Milliseconds(range));
  if (!isMeasured(p95)) return p95;
  if (p95 === undefined || !Number.isFinite(p95))
    return notMeasured(`Prometheus has no time of a request to ${application} for ${minutes} minutes; measure again`);
  return {
    requestsPerSecond: requests,
    failedShare: (failures ?? 0) / requests,
    p95Milliseconds: p95,
    minutes,
  };
}

/** Where the environment's workspace is asked; Azure makes the name. */
async function endpointOf(environment: Watched, ask: Ask): Promise<string | NotMeasured> {
  const { monitorWorkspace, resourceGroup } = namesOf(environment);
  const id = `/subscriptions/${environment.subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Monitor/accounts/${monitorWorkspace}`;
  const { body, status } = await ask({ url: `${ARM}${id}?api-version=${API_VERSION}` });
  if (status === 404)
    return notMeasured(
      `there is no Azure Monitor workspace ${monitorWorkspace}; deploy ${stackName(environment.name, "infra")}, then again`,
    );
  if (status === 401 || status === 403)
    return notMeasured(
      `Azure does not let you read ${monitorWorkspace} (${status}); you need Microsoft.Monitor/accounts/read, which Reader on ${resourceGroup} has`,
    );
  const answer = workspace.safeParse(parseJson(body));
  if (status !== 200 || !answer.success)
    return notMeasured(`Azure answers ${status} for ${monitorWorkspace}, and no query endpoint; again later`);
  return answer.data.properties.metrics.prometheusQueryEndpoint;
}

async function valueIn(
  ask: Ask,
  { application, cluster, endpoint, expression, workspace }: Readonly<Record<string, string>>,
): Promise<Value> {
  const { body, status } = await ask({ url: `${endpoint}/api/v1/query`, form: { query: expression ?? "" } });
  if (status === 401 || status === 403)
    return notMeasured(
      `Azure does not let you ask Prometheus (${status}); you need the role Monitoring Data Reader on ${workspace}`,
    );
  const json = parseJson(body);
  const refused = refusal.safeParse(json);
  if (refused.success)
    return notMeasured(
      `Prometheus refused the question (${status} ${refused.data.errorType}: ${flat(refused.data.error).slice(0, 200)})`,
    );
  const answer = vector.safeParse(json);
  if (status !== 200 || !answer.success)
    return notMeasured(
      `Prometheus answers ${status}, and no values; again later, or look at ${workspace} in the portal`,
    );
  // The workspace may hold other clusters.
  const own = answer.data.data.result.find(
    ({ metric }) => metric["application"] === application && metric["cluster"] === cluster,
  );
  return own === undefined ? undefined : Number(own.value[1]);
}

function unreachable(error: unknown): string {
  const { code, message, name } = error as NodeJS.ErrnoException;
  if (NO_TOKEN.includes(name)) return "there is no login to Azure, or an expired one; az login, then again";
  return `Azure cannot be reached (${flat(code ?? message.split("\n")[0] ?? "")}); look at the network, then again`;
}
