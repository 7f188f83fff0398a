import { describe, expect, test } from "vitest";
import { ALERT_GROUPS } from "../../../../constructs/observability/cluster-alerts";
import { WEB_ALERTS } from "../../../../constructs/observability/web-alerts";
import { At } from "../../../../tools/import/at";
import { chooseService } from "../../../../tools/import/service/choose-service";
import { ALARMS, LOG_GROUPS, unwrap } from "../../../../tools/import/service/unwrap-service";
import { importService } from "../../../support/import-service";

const alarm = (Namespace: string, MetricName: string, more: object = {}) => ({
  AlarmName: "orders-alarm",
  AlarmArn: "arn:aws:cloudwatch:us-east-1:111122223333:alarm:orders-alarm",
  ActionsEnabled: true,
  AlarmActions: ["arn:aws:sns:us-east-1:111122223333:on-call"],
  Namespace,
  MetricName,
  Dimensions: [{ Name: "ServiceName", Value: "orders" }],
  Period: 60,
  EvaluationPeriods: 5,
  Threshold: 10,
  ComparisonOperator: "GreaterThanThreshold",
  StateValue: "OK",
  ...more,
});
const scaled = At.root(
  { name: "scalableTarget:orders", shape: "aas.ScalableTarget" },
  { ScalableDimension: "ecs:service:DesiredCount", ResourceId: "service/main/orders", MinCapacity: 2, MaxCapacity: 4 },
);
const imported = (one: object, scalableTargets: readonly At[] = []) =>
  importService({ alarms: unwrap({ MetricAlarms: [one] }, "a.json", ALARMS), scalableTargets });
const fateOf = ({ rows }: ReturnType<typeof imported>, path: string) => rows.find((row) => row.path === path)?.fate;

test.each([
  ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "ApplicationFailing"],
  ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "GatewayFindsNoPod"],
  ["AWS/ApplicationELB", "TargetResponseTime", "ApplicationSlow"],
  ["AWS/ApplicationELB", "UnHealthyHostCount", "DeploymentReplicasMismatch"],
  ["AWS/ApplicationELB", "HealthyHostCount", "DeploymentDown"],
  ["AWS/ECS", "MemoryUtilization", "ContainerOutOfMemory"],
  ["ECS/ContainerInsights", "RunningTaskCount", "DeploymentReplicasMismatch"],
  ["ECS/ContainerInsights", "PendingTaskCount", "PodNotRunning"],
  ["ECS/ContainerInsights", "RestartCount", "PodCrashLooping"],
  ["AWS/Events", "FailedInvocations", "JobFailed"],
])("what %s %s told, %s tells, at its own threshold", (namespace, metric, alert) => {
  const got = imported(alarm(namespace, metric));
  const known = [...Object.values(ALERT_GROUPS).flat(), ...WEB_ALERTS].map(({ name }) => name);
  expect([got.ids, known.includes(alert), fateOf(got, "MetricName")]).toEqual([
    [],
    true,
    { kind: "mapped", to: `alert ${alert}` },
  ]);
  expect(fateOf(got, "Threshold")).toMatchObject({ kind: "defaulted", to: `alert ${alert}` });
  expect(fateOf(got, "AlarmActions[0]")).toEqual({ kind: "mapped", to: "alertEmails of the environment" });
  expect(got.rows).toHaveLength(got.leaves.length);
});

test("CPU is the autoscaler's business where there is one, and a question where there is none", () => {
  const cpu = alarm("AWS/ECS", "CPUUtilization");
  expect(imported(cpu).ids).toEqual(["alarm:orders-alarm"]);
  const got = imported(cpu, [scaled]);
  expect([got.ids, fateOf(got, "MetricName")]).toEqual([[], { kind: "mapped", to: "alert AutoscalerAtMaximum" }]);
});

test.each([
  ["a metric of its own", alarm("Orders", "Failed")],
  ["requests", alarm("AWS/ApplicationELB", "RequestCount")],
  ["a database that may move", alarm("AWS/RDS", "CPUUtilization")],
  ["an expression", alarm("", "", { Metrics: [{ Id: "e1", Expression: "m1/m2" }] })],
])("nothing here tells what an alarm on %s told", (_, one) => {
  const got = imported(one);
  expect([got.ids, got.rows.length]).toEqual([["alarm:orders-alarm"], got.leaves.length]);
});

test.each([
  [
    "of a scaling policy, by its name",
    alarm("AWS/ECS", "CPUUtilization", { AlarmName: "TargetTracking-service/main/orders-AlarmHigh" }),
  ],
  [
    "of a scaling policy, by what it does",
    alarm("X", "Y", { AlarmActions: ["arn:aws:autoscaling:us-east-1:1:scalingPolicy:x"] }),
  ],
  ["that nobody hears", alarm("X", "Y", { ActionsEnabled: false })],
  ["on a queue that stays on AWS", alarm("AWS/SQS", "ApproximateAgeOfOldestMessage")],
])("an alarm %s is dropped", (_, one) => {
  const got = imported(one);
  expect([got.ids, [...new Set(got.rows.map(({ fate }) => fate.kind))]]).toEqual([[], ["dropped"]]);
});

test("an alarm on another service of the account, or another target group, is dropped", () => {
  const service = chooseService(
    {
      serviceName: "orders",
      cluster: "main",
      desiredCount: 1,
      loadBalancers: [
        {
          targetGroupArn: "arn:aws:elasticloadbalancing:x:1:targetgroup/orders/1",
          containerName: "a",
          containerPort: 3000,
        },
      ],
    },
    "s.json",
  ).service;
  const of = (AlarmName: string, Name: string, Value: string) =>
    alarm("Mine", "Lag", { AlarmName, Dimensions: [{ Name, Value }] });
  const alarms = unwrap(
    [
      of("own", "ServiceName", "orders"),
      of("other", "ServiceName", "crawler"),
      of("own-group", "TargetGroup", "targetgroup/orders/1"),
      of("other-group", "TargetGroup", "targetgroup/crawler/2"),
    ],
    "a.json",
    ALARMS,
  );
  expect(importService({ alarms, service }).ids).toEqual(["alarm:own", "alarm:own-group"]);
});

describe("log groups", () => {
  const group = (more: object) =>
    importService({
      logGroups: unwrap(
        { logGroups: [{ logGroupName: "/ecs/orders", storedBytes: 1, ...more }] },
        "l.json",
        LOG_GROUPS,
      ),
    });

  test.each([
    ["kept shorter than here", { retentionInDays: 14, metricFilterCount: 0 }, []],
    ["kept longer", { retentionInDays: 3653 }, ["logs:/ecs/orders:retention"]],
    ["kept for ever", {}, ["logs:/ecs/orders:retention"]],
    ["counted by words", { retentionInDays: 14, metricFilterCount: 2 }, ["logs:/ecs/orders:metric-filters"]],
    ["masked", { retentionInDays: 14, dataProtectionStatus: "ACTIVATED" }, ["logs:/ecs/orders:masked"]],
    ["not masked any more", { retentionInDays: 14, dataProtectionStatus: "DISABLED" }, []],
  ])("%s", (_, more, ids) => {
    expect(group(more).ids).toEqual(ids);
  });
});
