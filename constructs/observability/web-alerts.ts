import type { PrometheusAlert } from "./prometheus-rules";

/** A selector of one PodMonitor of charts/mmrv-platform; a PodMonitor's job is its namespace and name. */
const from =
  (podMonitor: string) =>
  (metric: string, ...matchers: string[]): string =>
    `${metric}{${[`job="mmrv/${podMonitor}"`, ...matchers].join(",")}}`;
const gateway = from("gateway");
const controller = from("gateway-controller");

/**
 * Envoy Gateway calls what is behind a rule of a route httproute/<namespace>/<route>/rule/<number> (1.9.0, clusterStatName
 * in site/content/en/latest/api/extension_types.md), and charts/mmrv-app calls a route <application>-https-<domain's>.
 */
const byApplication = (labels: string, expression: string) =>
  `sum by (cluster, application${labels}) (label_replace(${expression}, "application", "$1", "envoy_cluster_name", "httproute/mmrv/(.+)-https-.+"))`;
const ROUTES = 'envoy_cluster_name=~"httproute/mmrv/.+"';
const FAILED = 'envoy_response_code_class="5"';
const answered = (range: string, ...matchers: string[]) =>
  byApplication("", `rate(${gateway("envoy_cluster_upstream_rq_xx", ROUTES, ...matchers)}[${range}])`);

/**
 * What each application's requests are like, by cluster and application, over a range such as 5m.
 * Of a status no counter is there before the first: no value of failures beside one of requests is none.
 */
export const requestsPerSecond = (range: string): string => answered(range);
export const failuresPerSecond = (range: string): string => answered(range, FAILED);
/** Envoy counts milliseconds, and tells of a quantile where between two bounds of its buckets it is. */
export const p95Milliseconds = (range: string): string =>
  `histogram_quantile(0.95, ${byApplication(", le", `rate(${gateway("envoy_cluster_upstream_rq_time_bucket", ROUTES)}[${range}])`)})`;

/** One failure at night, when nobody else calls, is all of the requests. */
const ENOUGH = `${requestsPerSecond("5m")} > 0.1`;

/** Port 443 by the name of its listener's connection manager; 80 only redirects. */
const toUsers = (...matchers: string[]) =>
  `sum by (cluster) (rate(${gateway("envoy_http_downstream_rq_xx", 'envoy_http_conn_manager_prefix=~"https-.*"', ...matchers)}[5m]))`;
const failedBehind = `sum by (cluster) (rate(${gateway("envoy_cluster_upstream_rq_xx", ROUTES, FAILED)}[5m]))`;

const rejected = (metric: string) => `sum by (cluster) (increase(${gateway(metric)}[15m])) > 0`;

/**
 * Alerts of a web application, from the metrics of its gateway. Restarts, pending pods, missing pods and certificates are
 * in prometheus-rule-data.ts. Every metric here is in a keep list of charts/mmrv-platform/templates/metrics.yaml, but for
 * kube_deployment_spec_replicas, which is in the minimal ingestion profile.
 */
export const WEB_ALERTS: readonly PrometheusAlert[] = [
  {
    name: "ApplicationFailing",
    severity: 1,
    for: "PT5M",
    expression: `${failuresPerSecond("5m")} / ${requestsPerSecond("5m")} > 0.05 and ${ENOUGH}`,
    summary: "Over 5 % of the requests to {{ $labels.application }} have failed for five minutes.",
    runbook: "application-errors",
  },
  {
    name: "ApplicationSlow",
    severity: 2,
    for: "PT15M",
    // Envoy has a bucket that ends at 1000.
    expression: `${p95Milliseconds("5m")} > 1000 and on (cluster, application) ${ENOUGH}`,
    summary: "One in twenty requests to {{ $labels.application }} has taken over a second for 15 minutes.",
    runbook: "application-errors",
  },
  {
    name: "GatewayFindsNoPod",
    severity: 1,
    for: "PT5M",
    // Without a ready pod Envoy Gateway answers 503 by itself, which no application's series shows.
    expression: `(${toUsers(FAILED)} - (${failedBehind} or 0 * ${toUsers()})) / ${toUsers()} > 0.01`,
    summary: "The gateway itself answers over 1 % of requests with an error: it has no pod to send them to.",
    runbook: "application-errors",
  },
  {
    name: "GatewayDown",
    severity: 1,
    for: "PT5M",
    // Only where there is a gateway: metrics come before it does.
    expression: `max by (cluster) (kube_deployment_spec_replicas{job="kube-state-metrics",deployment="mmrv-gateway"}) > 0 unless on (cluster) max by (cluster) (${gateway("up")}) == 1`,
    summary: "No pod of the gateway has answered for five minutes.",
    runbook: "gateway",
  },
  {
    name: "GatewayCutOff",
    severity: 2,
    for: "PT10M",
    expression: `max by (cluster, pod) (${gateway("envoy_control_plane_connected_state")}) == 0`,
    summary:
      "{{ $labels.pod }} has not reached its controller for ten minutes: it does not learn of new pods or certificates.",
    runbook: "gateway",
  },
  {
    name: "GatewayConfigurationRejected",
    severity: 2,
    for: "PT5M",
    expression: `${["envoy_listener_manager_lds_update_rejected", "envoy_cluster_manager_cds_update_rejected", "envoy_http_rds_update_rejected"].map(rejected).join(" or ")}`,
    summary: "The gateway rejected what its controller sent, and works with what it had before.",
    runbook: "gateway",
  },
  {
    name: "GatewayControllerFailing",
    severity: 2,
    for: "PT15M",
    expression: `sum by (cluster, kind) (increase(${controller("resource_apply_total", 'status="failure"')}[15m])) > 0`,
    summary: "Envoy Gateway has failed for 15 minutes to write a {{ $labels.kind }} of the gateway.",
    runbook: "gateway",
  },
];
