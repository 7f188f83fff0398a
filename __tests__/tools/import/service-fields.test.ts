import { ScalableTarget$, ScalingPolicy$, ScheduledAction$ } from "@aws-sdk/client-application-auto-scaling";
import { MetricAlarm$ } from "@aws-sdk/client-cloudwatch";
import { LogGroup$ } from "@aws-sdk/client-cloudwatch-logs";
import { CreateServiceRequest$, Service$ } from "@aws-sdk/client-ecs";
import {
  CreateRuleInput$,
  CreateTargetGroupInput$,
  Rule$,
  TargetGroup$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeRuleResponse$, Target$ } from "@aws-sdk/client-eventbridge";
import { CreateScheduleInput$, GetScheduleOutput$ } from "@aws-sdk/client-scheduler";
import { NormalizedSchema } from "@smithy/core/schema";
import { expect, test } from "vitest";
import { SERVICE_TABLES } from "../../../tools/import/fields/service-tables";

type Schema = Parameters<typeof NormalizedSchema.of>[0];

/** Every leaf of a schema, as a table of fields writes it. */
function pathsOf(schema: Schema, path = ""): string[] {
  const at = NormalizedSchema.of(schema);
  if (at.isListSchema()) return pathsOf(at.getValueSchema(), `${path}[]`);
  if (at.isMapSchema()) return [`${path}{}`];
  if (!at.isStructSchema()) return [path];
  const members = [...at.structIterator()].flatMap(([name, member]) =>
    pathsOf(member, path === "" ? name : `${path}.${name}`),
  );
  return members.length === 0 ? [path] : members;
}

const RULE = pathsOf(DescribeRuleResponse$);
const TARGET = pathsOf(Target$).map((path) => `Targets[].${path}`);

test.each<[shape: string, paths: string[]]>([
  ["ecs.Service", pathsOf(Service$)],
  ["ecs.CreateServiceRequest", pathsOf(CreateServiceRequest$)],
  ["elbv2.TargetGroup", pathsOf(TargetGroup$)],
  ["elbv2.CreateTargetGroupInput", pathsOf(CreateTargetGroupInput$)],
  ["elbv2.Rule", pathsOf(Rule$)],
  ["elbv2.CreateRuleInput", pathsOf(CreateRuleInput$)],
  ["aas.ScalableTarget", pathsOf(ScalableTarget$)],
  ["aas.ScalingPolicy", pathsOf(ScalingPolicy$)],
  ["aas.ScheduledAction", pathsOf(ScheduledAction$)],
  ["events.Rule", [...RULE, ...TARGET]],
  ["scheduler.Schedule", pathsOf(GetScheduleOutput$)],
  ["scheduler.CreateScheduleInput", pathsOf(CreateScheduleInput$)],
  ["cloudwatch.MetricAlarm", pathsOf(MetricAlarm$)],
  ["logs.LogGroup", pathsOf(LogGroup$)],
])("every path of %s in AWS's own model has a row, and no row is of another", (shape, paths) => {
  expect(Object.keys(SERVICE_TABLES[shape] ?? {}).sort()).toEqual([...paths].sort());
});
