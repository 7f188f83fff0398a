/** A series computed every minute under a name of its own. */
export interface Recording {
  readonly expression: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly record: string;
}

/** 0 critical, 1 error, 2 warning, 3 informational, 4 verbose, as Azure Monitor counts. */
export type Severity = 0 | 1 | 2 | 3 | 4;

export interface PrometheusAlert {
  readonly expression: string;
  /** How long it must hold before somebody is told, in ISO 8601. */
  readonly for: string;
  readonly name: string;
  /** The name of a page in docs/runbooks, without its ending. */
  readonly runbook: string;
  readonly severity: Severity;
  readonly summary: string;
}

/** A selector of one scrape job; the jobs are those of managed Prometheus. */
const from =
  (job: string) =>
  (metric: string, ...matchers: string[]): string =>
    `${metric}{${[`job="${job}"`, ...matchers].join(",")}}`;
const node = from("node");
const containers = from("cadvisor");
const state = from("kube-state-metrics");
const kubelet = from("kubelet");
const apiServer = from("kube-apiserver");

const AVAILABLE_MEMORY = `${node("node_memory_MemAvailable_bytes")} or (${[
  "node_memory_Buffers_bytes",
  "node_memory_Cached_bytes",
  "node_memory_MemFree_bytes",
  "node_memory_Slab_bytes",
]
  .map((metric) => node(metric))
  .join(" + ")})`;

const record = (name: string, expression: string, labels?: Recording["labels"]): Recording => ({
  record: name,
  expression,
  labels,
});

const NODE_RECORDINGS: readonly Recording[] = [
  record("instance:node_num_cpu:sum", `count without (cpu, mode) (${node("node_cpu_seconds_total", 'mode="idle"')})`),
  record(
    "instance:node_cpu_utilisation:rate5m",
    `1 - avg without (cpu) (sum without (mode) (rate(${node("node_cpu_seconds_total", 'mode=~"idle|iowait|steal"')}[5m])))`,
  ),
  record("instance:node_load1_per_cpu:ratio", `${node("node_load1")} / ${node("instance:node_num_cpu:sum")}`),
  record(
    "instance:node_memory_utilisation:ratio",
    `1 - ((${AVAILABLE_MEMORY}) / ${node("node_memory_MemTotal_bytes")})`,
  ),
  record("instance:node_vmstat_pgmajfault:rate5m", `rate(${node("node_vmstat_pgmajfault")}[5m])`),
  ...["io_time", "io_time_weighted"].map((kind) =>
    record(
      `instance_device:node_disk_${kind}_seconds:rate5m`,
      `rate(${node(`node_disk_${kind}_seconds_total`, 'device!=""')}[5m])`,
    ),
  ),
  ...["receive_bytes", "transmit_bytes", "receive_drop", "transmit_drop"].map((kind) =>
    record(
      `instance:node_network_${kind}_excluding_lo:rate5m`,
      `sum without (device) (rate(${node(`node_network_${kind}_total`, 'device!="lo"')}[5m]))`,
    ),
  ),
];

/** The node that each pod is on; joins it to a series by `labels`. */
const onNode = (labels: string) =>
  `on (${labels}) group_left (node) topk by (${labels}) (1, max by (${labels}, node) (${state("kube_pod_info", 'node!=""')}))`;

/** Counts only what belongs to pods that are running or about to. */
const ACTIVE_PODS = `* on (namespace, pod, cluster) group_left () max by (namespace, pod, cluster) (${state(
  "kube_pod_status_phase",
  'phase=~"Pending|Running"',
)} == 1)`;

const KUBERNETES_RECORDINGS: readonly Recording[] = [
  record(
    "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate",
    `sum by (cluster, namespace, pod, container) (irate(${containers("container_cpu_usage_seconds_total", 'image!=""')}[5m])) * ${onNode("cluster, namespace, pod")}`,
  ),
  ...["working_set_bytes", "rss", "cache", "swap"].map((kind) =>
    record(
      `node_namespace_pod_container:container_memory_${kind}`,
      `${containers(`container_memory_${kind}`, 'image!=""')} * ${onNode("namespace, pod")}`,
    ),
  ),
  ...["requests", "limits"].flatMap((bound) =>
    ["memory", "cpu"].flatMap((resource) => {
      const series = state(`kube_pod_container_resource_${bound}`, `resource="${resource}"`);
      return [
        record(
          `cluster:namespace:pod_${resource}:active:kube_pod_container_resource_${bound}`,
          `${series} ${ACTIVE_PODS}`,
        ),
        record(
          `namespace_${resource}:kube_pod_container_resource_${bound}:sum`,
          `sum by (namespace, cluster) (sum by (namespace, pod, cluster) (max by (namespace, pod, container, cluster) (${series}) ${ACTIVE_PODS}))`,
        ),
      ];
    }),
  ),
  // A deployment owns its pods through a replica set, whose owner is the name that people know.
  record(
    "namespace_workload_pod:kube_pod_owner:relabel",
    `max by (cluster, namespace, workload, pod) (label_replace(label_replace(${state("kube_pod_owner", 'owner_kind="ReplicaSet"')}, "replicaset", "$1", "owner_name", "(.*)") * on (replicaset, namespace) group_left (owner_name) topk by (replicaset, namespace) (1, max by (replicaset, namespace, owner_name) (${state("kube_replicaset_owner")})), "workload", "$1", "owner_name", "(.*)"))`,
    { workload_type: "deployment" },
  ),
  ...["DaemonSet", "StatefulSet", "Job"].map((kind) =>
    record(
      "namespace_workload_pod:kube_pod_owner:relabel",
      `max by (cluster, namespace, workload, pod) (label_replace(${state("kube_pod_owner", `owner_kind="${kind}"`)}, "workload", "$1", "owner_name", "(.*)"))`,
      { workload_type: kind.toLowerCase() },
    ),
  ),
  record(":node_memory_MemAvailable_bytes:sum", `sum by (cluster) (${AVAILABLE_MEMORY})`),
  record(
    "cluster:node_cpu:ratio_rate5m",
    `sum by (cluster) (rate(${node("node_cpu_seconds_total", 'mode!="idle"', 'mode!="iowait"', 'mode!="steal"')}[5m])) / count by (cluster) (sum by (cluster, instance, cpu) (${node("node_cpu_seconds_total")}))`,
  ),
];

const POD = "pod, namespace, cluster, microsoft_resourceid";
const CONTROLLER = "node, created_by_name, created_by_kind, namespace, cluster, microsoft_resourceid";
const WITH_OWNER = `* on (${POD}) group_left (node, created_by_name, created_by_kind) max by (node, created_by_name, created_by_kind, ${POD}) (${state("kube_pod_info", 'pod!=""')})`;
const REAL = ['container!=""', 'pod!=""'];

/** The pod's series, and the same summed by its controller. */
const byController = (pod: string, controller: string, expression: string, sum: "sum" | "max" = "sum") => [
  record(pod, expression),
  record(controller, `${sum} by (${CONTROLLER}) (${pod})`),
];

const PORTAL_RECORDINGS: readonly Recording[] = [
  ...byController(
    "ux:pod_cpu_usage:sum_irate",
    "ux:controller_cpu_usage:sum_irate",
    `(sum by (${POD}) (irate(${containers("container_cpu_usage_seconds_total", ...REAL)}[5m]))) ${WITH_OWNER}`,
  ),
  ...["working_set_bytes", "rss"].flatMap((kind) => {
    const name = kind === "rss" ? "rss" : "workingset";
    return byController(
      `ux:pod_${name}_memory:sum`,
      `ux:controller_${name}_memory:sum`,
      `(sum by (${POD}) (${containers(`container_memory_${kind}`, ...REAL)})) ${WITH_OWNER}`,
    );
  }),
  ...byController(
    "ux:pod_container_count:sum",
    "ux:controller_container_count:sum",
    `sum by (${CONTROLLER}, pod) ((sum by (container, ${POD}) (${state("kube_pod_container_info", ...REAL, 'container_id!=""')}) or sum by (container, ${POD}) (${state("kube_pod_init_container_info", ...REAL, 'container_id!=""')})) ${WITH_OWNER})`,
  ),
  ...byController(
    "ux:pod_container_restarts:max",
    "ux:controller_container_restarts:max",
    `max by (${CONTROLLER}, pod) ((max by (container, ${POD}) (${state("kube_pod_container_status_restarts_total", ...REAL)}) or max by (container, ${POD}) (${state("kube_pod_init_container_status_restarts_total", ...REAL)})) ${WITH_OWNER})`,
    "max",
  ),
  // A pod has a limit only if each of its containers has one.
  record(
    "ux:pod_resource_limit:sum",
    `(sum by (resource, ${POD}) (max by (container, resource, ${POD}) (${state("kube_pod_container_resource_limits", ...REAL)})) unless (count by (resource, ${POD}) (${state("kube_pod_container_resource_limits", ...REAL)}) != on (${POD}) group_left () sum by (${POD}) (${state("kube_pod_container_info", ...REAL)}))) ${WITH_OWNER}`,
  ),
  record("ux:controller_resource_limit:sum", `sum by (${CONTROLLER}, resource) (ux:pod_resource_limit:sum)`),
  record(
    "ux:controller_pod_phase_count:sum",
    `sum by (${CONTROLLER}, phase) ((${state("kube_pod_status_phase", 'pod!=""')} or label_replace(count by (${POD}) (${state("kube_pod_deletion_timestamp", 'pod!=""')}) * count by (${POD}) (${state("kube_pod_status_reason", 'reason="NodeLost"')} == 0), "phase", "terminating", "", "")) ${WITH_OWNER})`,
  ),
  record(
    "ux:cluster_pod_phase_count:sum",
    "sum by (cluster, phase, node, namespace, microsoft_resourceid) (ux:controller_pod_phase_count:sum)",
  ),
  record(
    "ux:node_cpu_usage:sum_irate",
    `sum by (instance, cluster, microsoft_resourceid) (1 - irate(${node("node_cpu_seconds_total", 'mode="idle"')}[5m]))`,
  ),
  record(
    "ux:node_memory_usage:sum",
    `sum by (instance, cluster, microsoft_resourceid) (${node("node_memory_MemTotal_bytes")} - ${node("node_memory_MemFree_bytes")} - ${node("node_memory_Cached_bytes")} - ${node("node_memory_Buffers_bytes")})`,
  ),
  ...["receive", "transmit"].map((way) =>
    record(
      `ux:node_network_${way}_drop_total:sum_irate`,
      `sum by (instance, cluster, microsoft_resourceid) (irate(${node(`node_network_${way}_drop_total`, 'device!="lo"')}[5m]))`,
    ),
  ),
];

/**
 * The series that Azure's Grafana dashboards and the portal's views of a cluster read; names and meaning are those of
 * Azure/prometheus-collector (AddonTerraformTemplate, read 2026-11), Linux only.
 */
export const RECORDING_GROUPS: Readonly<Record<string, readonly Recording[]>> = {
  NodeRecordingRulesRuleGroup: NODE_RECORDINGS,
  KubernetesRecordingRulesRuleGroup: KUBERNETES_RECORDINGS,
  UXRecordingRulesRuleGroup: PORTAL_RECORDINGS,
};

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
