import type { PrometheusAlert } from "./prometheus-rules";
import { apiServer, kubelet, node, state } from "./selectors";

const condition = (name: string) => state("kube_node_status_condition", `condition="${name}"`, 'status="true"');
const waiting = (reasons: string) =>
  `max by (cluster, namespace, pod, container) (max_over_time(${state("kube_pod_container_status_waiting_reason", `reason=~"${reasons}"`)}[5m])) >= 1`;
const onPod = "{{ $labels.namespace }}/{{ $labels.pod }}";
const onDeployment = "{{ $labels.namespace }}/{{ $labels.deployment }}";

const NODE_ALERTS: readonly PrometheusAlert[] = [
  {
    name: "NodeNotReady",
    severity: 1,
    for: "PT5M",
    expression: `max by (cluster, node) (${condition("Ready")}) == 0`,
    summary: "Node {{ $labels.node }} has not been ready for five minutes; its pods move elsewhere.",
    runbook: "node-not-ready",
  },
  {
    name: "NodeFlapping",
    severity: 2,
    for: "PT5M",
    expression: `sum by (cluster, node) (changes(${condition("Ready")}[15m])) > 2`,
    summary: "Node {{ $labels.node }} became ready and unready more than twice in 15 minutes.",
    runbook: "node-not-ready",
  },
  {
    name: "NodeMemoryPressure",
    severity: 2,
    for: "PT5M",
    expression: `max by (cluster, node) (${condition("MemoryPressure")}) == 1`,
    summary: "Node {{ $labels.node }} is short of memory and evicts pods.",
    runbook: "node-pressure",
  },
  {
    name: "NodeDiskPressure",
    severity: 2,
    for: "PT5M",
    expression: `max by (cluster, node) (${condition("DiskPressure")}) == 1`,
    summary: "Node {{ $labels.node }} is short of disk and evicts pods.",
    runbook: "node-pressure",
  },
  {
    name: "NodeCpuHigh",
    severity: 3,
    for: "PT15M",
    expression: `1 - avg by (cluster, instance) (rate(${node("node_cpu_seconds_total", 'mode="idle"')}[5m])) > 0.9`,
    summary: "Node {{ $labels.instance }} has used over 90 % of its CPU for 15 minutes.",
    runbook: "node-pressure",
  },
  {
    name: "NodeMemoryHigh",
    severity: 3,
    for: "PT15M",
    expression: `1 - ${node("node_memory_MemAvailable_bytes")} / ${node("node_memory_MemTotal_bytes")} > 0.9`,
    summary: "Node {{ $labels.instance }} has used over 90 % of its memory for 15 minutes.",
    runbook: "node-pressure",
  },
  {
    name: "NodeDiskAlmostFull",
    severity: 3,
    for: "PT15M",
    // At 85 % the kubelet starts to remove images, below 10 % free it evicts pods (both are Kubernetes' defaults).
    expression: `1 - ${node("node_filesystem_avail_bytes", 'mountpoint="/"')} / ${node("node_filesystem_size_bytes", 'mountpoint="/"')} > 0.85`,
    summary: "The system disk of node {{ $labels.instance }} is over 85 % full.",
    runbook: "node-pressure",
  },
];

const POD_ALERTS: readonly PrometheusAlert[] = [
  {
    name: "PodCrashLooping",
    severity: 2,
    for: "PT10M",
    expression: waiting("CrashLoopBackOff"),
    summary: `${onPod} ({{ $labels.container }}) starts and dies again and again.`,
    runbook: "pod-crash-looping",
  },
  {
    name: "ContainerOutOfMemory",
    severity: 3,
    for: "PT1M",
    // The reason stays until the next death; a restart of late tells a new one from an old one.
    expression: `max by (cluster, namespace, pod, container) (${state("kube_pod_container_status_last_terminated_reason", 'reason="OOMKilled"')}) == 1 and on (cluster, namespace, pod, container) increase(${state("kube_pod_container_status_restarts_total")}[15m]) > 0`,
    summary: `${onPod} ({{ $labels.container }}) was killed because it reached its memory limit.`,
    runbook: "pod-crash-looping",
  },
  {
    name: "ImagePullFailing",
    severity: 2,
    for: "PT10M",
    expression: waiting("ImagePullBackOff|ErrImagePull|InvalidImageName"),
    summary: `${onPod} ({{ $labels.container }}) cannot fetch its image.`,
    runbook: "image-pull",
  },
  {
    name: "ContainerNotCreated",
    severity: 2,
    for: "PT10M",
    expression: waiting("CreateContainerConfigError|CreateContainerError"),
    summary: `${onPod} ({{ $labels.container }}) cannot be created: a Secret, a ConfigMap or a volume is missing.`,
    runbook: "pod-not-ready",
  },
  {
    name: "PodNotRunning",
    severity: 3,
    for: "PT15M",
    // Pods of jobs come and go; a job that fails has an alert of its own.
    expression: `max by (cluster, namespace, pod) (${state("kube_pod_status_phase", 'phase=~"Pending|Unknown"')}) * on (cluster, namespace, pod) max by (cluster, namespace, pod) (${state("kube_pod_owner", 'owner_kind!="Job"')}) > 0`,
    summary: `${onPod} has been pending or unknown for 15 minutes.`,
    runbook: "pod-not-ready",
  },
  {
    name: "DeploymentDown",
    severity: 1,
    for: "PT5M",
    expression: `max by (cluster, namespace, deployment) (${state("kube_deployment_status_replicas_available")}) == 0 and on (cluster, namespace, deployment) max by (cluster, namespace, deployment) (${state("kube_deployment_spec_replicas")}) > 0`,
    summary: `${onDeployment} has no available pod.`,
    runbook: "pod-not-ready",
  },
  {
    name: "DeploymentReplicasMismatch",
    severity: 2,
    for: "PT15M",
    // While a rollout makes progress, some replicas are missing on purpose.
    expression: `${state("kube_deployment_spec_replicas")} > ${state("kube_deployment_status_replicas_available")} and changes(${state("kube_deployment_status_replicas_updated")}[10m]) == 0`,
    summary: `${onDeployment} has had fewer available pods than wanted for 15 minutes.`,
    runbook: "pod-not-ready",
  },
  {
    name: "AutoscalerAtMaximum",
    severity: 3,
    for: "PT15M",
    expression: `${state("kube_horizontalpodautoscaler_status_current_replicas")} == ${state("kube_horizontalpodautoscaler_spec_max_replicas")} and ${state("kube_horizontalpodautoscaler_spec_max_replicas")} > ${state("kube_horizontalpodautoscaler_spec_min_replicas")}`,
    summary:
      "{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} has run as many pods as it may for 15 minutes.",
    runbook: "autoscaler",
  },
  {
    name: "JobFailed",
    severity: 3,
    for: "PT5M",
    expression: `max by (cluster, namespace, job_name) (${state("kube_job_failed", 'condition="true"')}) > 0`,
    summary: "Job {{ $labels.namespace }}/{{ $labels.job_name }} failed.",
    runbook: "pod-crash-looping",
  },
];

const failedShare = (window: string) =>
  `sum by (cluster) (rate(${apiServer("apiserver_request_total", 'code=~"5.."')}[${window}])) / sum by (cluster) (rate(${apiServer("apiserver_request_total")}[${window}]))`;

/**
 * The kubelets' requests tell of the API server by default. The last two rules read the API server's own metrics: that
 * target is off until the ConfigMap ama-metrics-settings-configmap in kube-system says `apiserver = true` under
 * default-targets-scrape-enabled; without it they see nothing and stay quiet.
 */
const API_SERVER_ALERTS: readonly PrometheusAlert[] = [
  {
    name: "MetricsMissing",
    severity: 1,
    for: "PT15M",
    expression: `absent(${state("kube_node_info")})`,
    summary: "No metrics have come from the cluster for 15 minutes: every other metric alert is blind.",
    runbook: "metrics-missing",
  },
  {
    name: "ApiServerFailsKubelets",
    severity: 2,
    for: "PT15M",
    expression: `sum by (cluster) (rate(${kubelet("rest_client_requests_total", 'code=~"5.."')}[5m])) / sum by (cluster) (rate(${kubelet("rest_client_requests_total")}[5m])) > 0.01`,
    summary: "Over 1 % of the nodes' requests to the API server fail.",
    runbook: "api-server",
  },
  {
    name: "ApiServerErrorBudgetBurning",
    severity: 1,
    for: "PT2M",
    // 14.4 times the pace that a 99.9 % objective allows: a fiftieth of the month's budget in an hour (SRE workbook, 5).
    expression: `${failedShare("1h")} > 14.4 * 0.001 and ${failedShare("5m")} > 14.4 * 0.001`,
    summary: "The API server fails so many requests that a month's error budget lasts two days.",
    runbook: "api-server",
  },
  {
    name: "ApiServerSlow",
    severity: 2,
    for: "PT10M",
    // Kubernetes' own objective: changes to a single object take under a second at the 99th percentile.
    expression: `histogram_quantile(0.99, sum by (cluster, verb, le) (rate(${apiServer("apiserver_request_duration_seconds_bucket", 'verb=~"POST|PUT|PATCH|DELETE"', 'scope="resource"')}[5m]))) > 1`,
    summary: "{{ $labels.verb }} requests to the API server take over a second.",
    runbook: "api-server",
  },
];

const QUOTA_ALERTS: readonly PrometheusAlert[] = [
  {
    name: "NamespaceQuotaAlmostFull",
    severity: 3,
    for: "PT15M",
    expression: `${state("kube_resourcequota", 'type="used"')} / ignoring (type) (${state("kube_resourcequota", 'type="hard"')} > 0) > 0.9`,
    summary: "Namespace {{ $labels.namespace }} uses over 90 % of its quota of {{ $labels.resource }}.",
    runbook: "quota",
  },
];

/**
 * cert-manager is no default target: a PodMonitor of azmonitoring.coreos.com, or podannotationnamespaceregex in the
 * ConfigMap ama-metrics-settings-configmap, makes managed Prometheus scrape it. A certificate is renewed when a third
 * of its life is left, which is 30 of 90 days: below 21 the renewal has been failing for more than a week.
 */
const CERTIFICATE_ALERTS: readonly PrometheusAlert[] = [
  {
    name: "CertificateExpiresSoon",
    severity: 2,
    for: "PT1H",
    expression: "certmanager_certificate_expiration_timestamp_seconds - time() < 21 * 24 * 3600",
    summary: "Certificate {{ $labels.name }} expires in less than 21 days and was not renewed.",
    runbook: "certificate",
  },
  {
    name: "CertificateAboutToExpire",
    severity: 1,
    for: "PT5M",
    expression: "certmanager_certificate_expiration_timestamp_seconds - time() < 3 * 24 * 3600",
    summary: "Certificate {{ $labels.name }} expires in less than three days.",
    runbook: "certificate",
  },
  {
    name: "CertificateNotReady",
    severity: 2,
    for: "PT15M",
    expression: 'certmanager_certificate_ready_status{condition="True"} == 0',
    summary: "Certificate {{ $labels.name }} is not ready: nothing valid was issued.",
    runbook: "certificate",
  },
];

/**
 * Every metric here is in the minimal ingestion profile of managed Prometheus
 * (Azure/prometheus-collector, tomlparser-default-targets-metrics-keep-list.go), unless a comment names its target.
 */
export const ALERT_GROUPS: Readonly<Record<string, readonly PrometheusAlert[]>> = {
  node: NODE_ALERTS,
  pod: POD_ALERTS,
  "api-server": API_SERVER_ALERTS,
  quota: QUOTA_ALERTS,
  certificate: CERTIFICATE_ALERTS,
};
