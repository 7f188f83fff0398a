import { readdirSync, readFileSync } from "node:fs";
import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { ActionGroup } from "../../constructs/action-group";
import { ClusterMetrics } from "../../constructs/cluster-metrics";
import { LOG_ALERTS, LogAlerts, type LogAlertsProps } from "../../constructs/log-alerts";
import { LOG_TABLES, LogTables, type LogTablesProps } from "../../constructs/log-tables";
import { LogWorkspace } from "../../constructs/log-workspace";
import { OperationsWorkbook, WORKBOOK_SECTIONS } from "../../constructs/operations-workbook";
import { ALERT_GROUPS, type PrometheusAlert, RECORDING_GROUPS } from "../../constructs/prometheus-rule-data";
import { PrometheusRules, type PrometheusRulesProps } from "../../constructs/prometheus-rules";
import { WEB_ALERTS } from "../../constructs/prometheus-web-alerts";
import { PublicAddress } from "../../constructs/public-address";
import { ground } from "../support/provider-stack";
import { type Block, synthStack } from "../support/synth";

const RUNBOOKS = "https://docs.example/runbooks";
const CLUSTER_ID = "${azurerm_public_ip.cluster.id}";
const WORKSPACE_ID = "${azurerm_log_analytics_workspace.logs.id}";
const ACTION_GROUP_ID = "${azurerm_monitor_action_group.alerts.id}";

const GROUP = { name: "rg-test", location: "eastus2" };
const metricsOf = (stack: TerraformStack) =>
  new ClusterMetrics(stack, "metrics", {
    // Anything with an id can be associated with a rule.
    cluster: {
      id: new PublicAddress(stack, "cluster", { name: "aks", resourceGroup: ground(stack), zones: [] }).id,
      name: "aks",
    },
    endpointName: "dce",
    name: "amw",
    resourceGroup: GROUP,
    ruleName: "dcr-metrics",
  });
const actionGroupOf = (stack: TerraformStack) =>
  new ActionGroup(stack, "alerts", { name: "ag", shortName: "ag", resourceGroup: GROUP, emails: ["a@b.invalid"] });
const workspaceOf = (stack: TerraformStack) => {
  ground(stack);
  return new LogWorkspace(stack, "logs", { name: "log", resourceGroup: GROUP, retentionDays: 90 });
};

const rules = (more: Partial<PrometheusRulesProps> = {}) =>
  synthStack((stack) => {
    const metrics = metricsOf(stack);
    new PrometheusRules(stack, "rules", {
      actionGroupId: actionGroupOf(stack).id,
      alerts: ALERT_GROUPS,
      cluster: { id: CLUSTER_ID, name: "aks" },
      metricsId: metrics.workspaceId,
      recordings: RECORDING_GROUPS,
      resourceGroup: GROUP,
      runbooks: RUNBOOKS,
      ...more,
    });
  });
const logAlerts = (more: Partial<LogAlertsProps> = {}): Block[] =>
  synthStack((stack) => {
    const workspace = workspaceOf(stack);
    new LogAlerts(stack, "log-alerts", {
      actionGroup: actionGroupOf(stack),
      resourceGroup: GROUP,
      runbooks: RUNBOOKS,
      warnAtGbPerDay: 4,
      workspace,
      ...more,
    });
  }).all("azurerm_monitor_scheduled_query_rules_alert_v2");
const workbook = (title: string): Block =>
  synthStack((stack) => {
    const workspace = workspaceOf(stack);
    new OperationsWorkbook(stack, "workbook", { resourceGroup: GROUP, runbooks: RUNBOOKS, title, workspace });
  }).one("azurerm_application_insights_workbook");

const ALERTS = Object.values(ALERT_GROUPS).flat();
const RECORDINGS = Object.values(RECORDING_GROUPS).flat();

/** What is open when the text ends, or closes something else; quoted text counts as one. */
function unbalanced(text: string): string {
  const closes: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
  const open: string[] = [];
  for (const [token] of text.replace(/"[^"]*"/g, "").matchAll(/["()[\]{}]/g)) {
    if (token in closes) {
      if (open.pop() !== closes[token]) return `${token} in ${text}`;
    } else open.push(token);
  }
  return open.length > 0 ? `${open.join("")} in ${text}` : "";
}

describe("ClusterMetrics", () => {
  const { all, one } = synthStack(metricsOf);

  it("forwards what Prometheus scrapes to the workspace, by way of the endpoint", () => {
    const rule = one("azurerm_monitor_data_collection_rule");
    const [account] = rule.destinations.monitor_account;
    expect(rule).toMatchObject({
      kind: "Linux",
      data_collection_endpoint_id: expect.stringContaining("azurerm_monitor_data_collection_endpoint.metrics_endpoint"),
      data_flow: [{ streams: ["Microsoft-PrometheusMetrics"], destinations: [account.name] }],
      data_sources: { prometheus_forwarder: [{ streams: ["Microsoft-PrometheusMetrics"] }] },
    });
    expect(account.monitor_account_id).toBe("${azurerm_monitor_workspace.metrics.id}");
    expect(one("azurerm_monitor_data_collection_endpoint")).toMatchObject({ name: "dce", kind: "Linux" });
  });

  it("associates the cluster with the rule, and with the endpoint under the name that Azure takes", () => {
    const associations = all("azurerm_monitor_data_collection_rule_association");
    expect(associations).toEqual([
      expect.objectContaining({
        name: "configurationAccessEndpoint",
        target_resource_id: CLUSTER_ID,
        data_collection_endpoint_id: expect.stringContaining("azurerm_monitor_data_collection_endpoint."),
      }),
      expect.objectContaining({
        name: "dcr-metrics",
        target_resource_id: CLUSTER_ID,
        data_collection_rule_id: expect.stringContaining("azurerm_monitor_data_collection_rule.metrics_rule"),
      }),
    ]);
    for (const association of associations) {
      // Azure takes one of the two.
      expect("data_collection_rule_id" in association).not.toBe("data_collection_endpoint_id" in association);
    }
  });
});

describe("PrometheusRules", () => {
  const groups = rules().all("azurerm_monitor_alert_prometheus_rule_group");

  it("makes groups of 1 to 20 rules for this cluster only", () => {
    expect(groups.map(({ name }) => name)).toEqual([
      "KubernetesRecordingRulesRuleGroup-aks",
      "NodeRecordingRulesRuleGroup-aks",
      "UXRecordingRulesRuleGroup-aks",
      "alerts-api-server-aks",
      "alerts-certificate-aks",
      "alerts-node-aks",
      "alerts-pod-aks",
      "alerts-quota-aks",
    ]);
    for (const group of groups) {
      expect(group).toMatchObject({
        cluster_name: "aks",
        scopes: ["${azurerm_monitor_workspace.metrics.id}", CLUSTER_ID],
        rule_group_enabled: true,
      });
      expect(group.rule.length).toBeGreaterThanOrEqual(1);
      expect(group.rule.length).toBeLessThanOrEqual(20);
    }
  });

  it("gives a recording nothing that only an alert may have, and tells somebody of every alert", () => {
    for (const rule of groups.flatMap(({ rule }) => rule)) {
      if (rule.record) {
        for (const key of ["action", "annotations", "for", "severity", "alert_resolution"])
          expect(rule).not.toHaveProperty(key);
      } else {
        expect(rule.action).toEqual([{ action_group_id: ACTION_GROUP_ID }]);
        expect(rule.annotations.runbook_url).toMatch(/^https:\/\/docs\.example\/runbooks\/[a-z-]+\.md$/);
        expect(rule.for).toMatch(/^PT\d+[MH]$/);
      }
    }
  });

  it("refuses an empty group, a group over 20 and a name that is there twice, all at once", () => {
    const [some] = ALERTS as [PrometheusAlert];
    const many = Array.from({ length: 21 }, (_, index) => ({ ...some, name: `${some.name}${index}` }));
    expect(() => rules({ alerts: { none: [], many, twice: [some, some] } })).toThrow(
      [
        "rule group none: got 0 rules, must be 1 to 20 (Azure)",
        "rule group many: got 21 rules, must be 1 to 20 (Azure)",
        "alert NodeNotReady: must be a name that no other alert has",
      ].join("\n"),
    );
  });
});

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

describe("LogAlerts", () => {
  const alerts = logAlerts({ dailyCapGb: 5 });

  it("tells somebody, with the runbook in the message and in its data", () => {
    for (const alert of alerts) {
      const [, runbook] = /Runbook: (\S+)$/.exec(alert.description) ?? [];
      expect(runbook).toMatch(/^https:\/\/docs\.example\/runbooks\/[a-z-]+\.md$/);
      expect(alert.action).toEqual({ action_groups: [ACTION_GROUP_ID], custom_properties: { runbook } });
      expect(alert.scopes).toEqual([WORKSPACE_ID]);
    }
  });

  it("looks back further than the time between two looks, because rows arrive late", () => {
    const minutes: Record<string, number> = { PT15M: 15, PT30M: 30, PT1H: 60, P1D: 24 * 60 };
    for (const { evaluation_frequency, window_duration } of alerts) {
      expect(minutes[evaluation_frequency]).toBeLessThan(minutes[window_duration] as number);
    }
  });

  it("resolves by itself or pauses its messages, as Azure takes only one of them", () => {
    for (const { auto_mitigation_enabled, mute_actions_after_alert_duration } of alerts) {
      expect(auto_mitigation_enabled).toBe(mute_actions_after_alert_duration === undefined);
    }
  });

  it("is not validated against tables that appear with their first row", () => {
    expect(alerts.filter(({ skip_query_validation }) => skip_query_validation !== true)).toEqual([]);
  });

  it("starts with a table that an alert can read", () => {
    const basic = LOG_TABLES.filter(({ plan }) => plan === "Basic").map(({ table }) => table);
    expect(basic).toContain("ContainerLogV2");
    for (const { criteria } of alerts) {
      const [table] = criteria[0].query.split("\n");
      expect(table).toMatch(/^_?[A-Z]\w+$/);
      expect(basic).not.toContain(table);
      expect(unbalanced(criteria[0].query)).toBe("");
    }
  });

  it("watches for the cap only where there is one", () => {
    const names = (of: Block[]) => of.map(({ name }) => name);
    expect(names(alerts)).toContain("log-daily-cap-reached");
    expect(names(logAlerts())).toEqual(names(alerts).filter((name) => name !== "log-daily-cap-reached"));
    expect(names(logAlerts())).toContain("log-volume-high");
  });

  it("refuses a warning that would come after the cap, or always", () => {
    expect(() => logAlerts({ dailyCapGb: 4, warnAtGbPerDay: 4 })).toThrow("less than the daily cap of 4 GB");
    expect(() => logAlerts({ warnAtGbPerDay: 0 })).toThrow("must be more than 0");
  });
});

describe("LogTables", () => {
  const tables = (more: Partial<LogTablesProps> = {}): Block[] =>
    synthStack((stack) => {
      new LogTables(stack, "tables", { retentionDays: 90, workspace: workspaceOf(stack), ...more });
    }).all("azurerm_log_analytics_workspace_table");

  it("states both retentions on Analytics, and only the total on Basic, where the other is refused", () => {
    expect(tables()).toEqual([
      expect.objectContaining({ name: "AKSAuditAdmin", retention_in_days: 90, total_retention_in_days: 90 }),
      expect.objectContaining({ name: "AKSControlPlane", retention_in_days: 90, total_retention_in_days: 90 }),
      expect.objectContaining({ name: "ContainerLogV2", plan: "Basic", total_retention_in_days: 30 }),
    ]);
    expect(tables()[2]).not.toHaveProperty("retention_in_days");
  });

  it("keeps an archive when told", () => {
    const [audit] = tables({ tables: [{ table: "AKSAuditAdmin", plan: "Analytics", totalRetentionInDays: 2556 }] });
    expect(audit).toMatchObject({ retention_in_days: 90, total_retention_in_days: 2556 });
  });

  it("refuses days that Azure does not take, all at once", () => {
    expect(() =>
      tables({
        tables: [
          { table: "A_CL", plan: "Analytics", totalRetentionInDays: 60 },
          { table: "B_CL", plan: "Basic", totalRetentionInDays: 1000 },
        ],
      }),
    ).toThrow(
      /A_CL: got totalRetentionInDays 60, must be 90 to 730.*\nB_CL: got totalRetentionInDays 1000, must be 30/,
    );
  });
});

describe("OperationsWorkbook", () => {
  const { data_json, display_name, name } = workbook("Operations of test");
  const { items, fallbackResourceIds } = JSON.parse(data_json);

  it("has an id that follows from the title alone", () => {
    expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(workbook("Operations of test")).toEqual({
      ...workbook("Operations of test"),
      name,
      data_json,
      display_name,
    });
    expect(workbook("Operations of another").name).not.toBe(name);
  });

  it("shows each section's sentence and link above its query", () => {
    const [range, ...rest] = items;
    const parameter = range.content.parameters[0].name;
    expect(rest).toHaveLength(2 * WORKBOOK_SECTIONS.length);
    WORKBOOK_SECTIONS.forEach(({ lookFor, query, runbook, title }, index) => {
      const [text, table] = rest.slice(2 * index, 2 * index + 2);
      expect(text.content.json).toBe(`## ${title}\n${lookFor} [Runbook](${RUNBOOKS}/${runbook}.md)`);
      expect(table.content).toMatchObject({
        query,
        timeContextFromParameter: parameter,
        crossComponentResources: [WORKSPACE_ID],
      });
    });
    expect(fallbackResourceIds).toEqual([WORKSPACE_ID]);
    expect(new Set(items.map((item: { name: string }) => item.name)).size).toBe(items.length);
  });

  it("asks within the chosen time, closes what it opens, and holds nothing that Terraform would take for a template", () => {
    for (const { query, title } of WORKBOOK_SECTIONS) {
      expect(query, title).not.toMatch(/ago\(|now\(|[$%]\{/);
      expect(unbalanced(query)).toBe("");
    }
  });
});

describe("docs/runbooks", () => {
  const pages = Object.fromEntries(
    readdirSync("docs/runbooks").map((file) => [
      file.replace(/\.md$/, ""),
      readFileSync(`docs/runbooks/${file}`, "utf8"),
    ]),
  );
  const pageOf = (url: string) => /([a-z-]+)\.md$/.exec(url)?.[1] ?? url;
  const alerts: { name: string; page: string; severity: number }[] = [
    ...WEB_ALERTS.map(({ name, runbook, severity }) => ({ name, page: runbook, severity })),
    ...rules()
      .all("azurerm_monitor_alert_prometheus_rule_group")
      .flatMap(({ rule }) => rule)
      .filter(({ alert }) => alert)
      .map(({ alert, annotations, severity }) => ({ name: alert, page: pageOf(annotations.runbook_url), severity })),
    ...logAlerts({ dailyCapGb: 5 }).map(({ name, action, severity }) => ({
      name,
      page: pageOf(action.custom_properties.runbook),
      severity,
    })),
  ];

  it("has a page for every alert and section, and none that nothing leads to", () => {
    const linked = [...alerts.map(({ page }) => page), ...WORKBOOK_SECTIONS.map(({ runbook }) => runbook)];
    expect(Object.keys(pages).sort()).toEqual([...new Set(linked)].sort());
  });

  it("names on each page the alerts that lead to it", () => {
    expect(alerts.length).toBeGreaterThan(ALERTS.length + LOG_ALERTS.length);
    expect(alerts.filter(({ name, page }) => !pages[page]?.includes(name))).toEqual([]);
  });

  it("has alerts whose names differ and whose severity Azure knows", () => {
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
    expect(alerts.filter(({ severity }) => ![0, 1, 2, 3, 4].includes(severity))).toEqual([]);
  });

  it("says on each page where to look, what causes it and when to call somebody, and links to pages that exist", () => {
    for (const [page, text] of Object.entries(pages)) {
      expect(text, page).toMatch(/^# .+[\s\S]+^## Look$[\s\S]+^## Causes$[\s\S]+^## Escalate$/m);
      const targets = [...text.matchAll(/\]\(([a-z-]+)\.md\)/g)].map(([, target = ""]) => target);
      expect(Object.keys(pages), page).toEqual(expect.arrayContaining(targets));
    }
  });
});
