import type { Recording } from "./prometheus-rules";
import { containers, node, state } from "./selectors";

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
