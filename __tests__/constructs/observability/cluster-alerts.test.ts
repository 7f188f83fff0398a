import { describe, expect, it } from "vitest";
import { ALERT_GROUPS } from "../../../constructs/observability/cluster-alerts";
import { RECORDING_GROUPS } from "../../../constructs/observability/recordings";
import { unbalanced } from "../../support/operations-fixture";

const ALERTS = Object.values(ALERT_GROUPS).flat();
const RECORDINGS = Object.values(RECORDING_GROUPS).flat();

/**
 * The metrics that managed Prometheus keeps by default, as far as rules here may read them
 * (Azure/prometheus-collector, tomlparser-default-targets-metrics-keep-list.go, read 2026-11), by job.
 */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  node: [
    "node_cpu_seconds_total",
    "node_disk_io_time_seconds_total",
    "node_disk_io_time_weighted_seconds_total",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_load1",
    "node_memory_Buffers_bytes",
    "node_memory_Cached_bytes",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemFree_bytes",
    "node_memory_MemTotal_bytes",
    "node_memory_Slab_bytes",
    "node_network_receive_bytes_total",
    "node_network_receive_drop_total",
    "node_network_transmit_bytes_total",
    "node_network_transmit_drop_total",
    "node_vmstat_pgmajfault",
    // Recorded from series of this job, whose label it keeps.
    "instance:node_num_cpu:sum",
  ],
  cadvisor: [
    "container_cpu_usage_seconds_total",
    "container_memory_cache",
    "container_memory_rss",
    "container_memory_swap",
    "container_memory_working_set_bytes",
  ],
  "kube-state-metrics": [
    "kube_deployment_spec_replicas",
    "kube_deployment_status_replicas_available",
    "kube_deployment_status_replicas_updated",
    "kube_horizontalpodautoscaler_spec_max_replicas",
    "kube_horizontalpodautoscaler_spec_min_replicas",
    "kube_horizontalpodautoscaler_status_current_replicas",
    "kube_job_failed",
    "kube_node_info",
    "kube_node_status_condition",
    "kube_pod_container_info",
    "kube_pod_container_resource_limits",
    "kube_pod_container_resource_requests",
    "kube_pod_container_status_last_terminated_reason",
    "kube_pod_container_status_restarts_total",
    "kube_pod_container_status_waiting_reason",
    "kube_pod_deletion_timestamp",
    "kube_pod_info",
    "kube_pod_init_container_info",
    "kube_pod_init_container_status_restarts_total",
    "kube_pod_owner",
    "kube_pod_status_phase",
    "kube_pod_status_reason",
    "kube_replicaset_owner",
    "kube_resourcequota",
  ],
  kubelet: ["rest_client_requests_total"],
  // Once the target is on.
  "kube-apiserver": ["apiserver_request_duration_seconds_bucket", "apiserver_request_total"],
};

describe("expressions", () => {
  const expressions = [...ALERTS, ...RECORDINGS].map(({ expression }) => expression);

  it("close what they open, and hold nothing that Terraform would take for a template", () => {
    expect(expressions.map(unbalanced).filter((fault) => fault !== "")).toEqual([]);
    expect(expressions.filter((expression) => /[$%]\{/.test(expression))).toEqual([]);
  });

  it("read metrics that are collected, from the job that has them", () => {
    const missing = expressions.flatMap((expression) =>
      [...expression.matchAll(/([\w:]+)\{job="([^"]+)"/g)]
        .filter(([, metric = "", job = ""]) => !KEPT[job]?.includes(metric))
        .map(([found]) => found),
    );
    expect(missing).toEqual([]);
    // Nothing is read without its job but cert-manager's metrics and what is recorded here.
    const bare = expressions.flatMap((expression) =>
      [
        ...expression.matchAll(
          /(?<![\w:])((?:ux:|kube_|node_|container_|apiserver_|rest_|certmanager_)[\w:]+)(?!\{job=|[\w:]|!?=)/g,
        ),
      ]
        .map(([, metric = ""]) => metric)
        .filter((metric) => !metric.startsWith("certmanager_certificate_"))
        .filter((metric) => !RECORDINGS.some(({ record }) => record === metric)),
    );
    expect(bare).toEqual([]);
  });

  it("keep the labels that the summary names", () => {
    const lost = ALERTS.flatMap(({ expression, name, summary }) => {
      const kept = /by \(([^)]*)\)/.exec(expression)?.[1]?.split(", ");
      const named = [...summary.matchAll(/\{\{ \$labels\.(\w+) \}\}/g)].map(([, label = ""]) => label);
      return kept ? named.filter((label) => !kept.includes(label)).map((label) => `${name}: ${label}`) : [];
    });
    expect(lost).toEqual([]);
  });

  it("record each series once, under the names that Azure's dashboards and the portal read", () => {
    const series = RECORDINGS.map(({ record, labels }) => `${record} ${labels?.workload_type ?? ""}`.trim());
    expect(new Set(series).size).toBe(series.length);
    expect(Object.values(RECORDING_GROUPS).map(({ length }) => length)).toEqual([11, 19, 18]);
    expect(series).toEqual(
      expect.arrayContaining([
        "instance:node_cpu_utilisation:rate5m",
        "instance_device:node_disk_io_time_weighted_seconds:rate5m",
        "instance:node_network_transmit_drop_excluding_lo:rate5m",
        "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate",
        "node_namespace_pod_container:container_memory_working_set_bytes",
        "cluster:namespace:pod_memory:active:kube_pod_container_resource_requests",
        "namespace_cpu:kube_pod_container_resource_limits:sum",
        "namespace_workload_pod:kube_pod_owner:relabel deployment",
        "namespace_workload_pod:kube_pod_owner:relabel statefulset",
        "ux:pod_workingset_memory:sum",
        "ux:controller_container_restarts:max",
        "ux:node_network_receive_drop_total:sum_irate",
      ]),
    );
  });
});
