import { ScalableTarget$, ScalingPolicy$, ScheduledAction$ } from "@aws-sdk/client-application-auto-scaling";
import { MetricAlarm$ } from "@aws-sdk/client-cloudwatch";
import { LogGroup$ } from "@aws-sdk/client-cloudwatch-logs";
import { CreateServiceRequest$, Service$, TaskDefinition$ } from "@aws-sdk/client-ecs";
import {
  CreateRuleInput$,
  CreateTargetGroupInput$,
  Rule$,
  TargetGroup$,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeRuleResponse$, Target$ } from "@aws-sdk/client-eventbridge";
import { ResourceRecordSet$ } from "@aws-sdk/client-route-53";
import { CreateScheduleInput$, GetScheduleOutput$ } from "@aws-sdk/client-scheduler";
import { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, it } from "vitest";
import { TABLES } from "../../../tools/import/fields/all";

/** What AWS says of itself, by the name of the shape. Who brings in a table adds its line. */
const SHAPES: readonly (readonly [shape: string, schema: Parameters<typeof NormalizedSchema.of>[0]])[] = [
  ["ecs.TaskDefinition", TaskDefinition$],
  ["ecs.Service", Service$],
  ["ecs.CreateServiceRequest", CreateServiceRequest$],
  ["elbv2.TargetGroup", TargetGroup$],
  ["elbv2.CreateTargetGroupInput", CreateTargetGroupInput$],
  ["elbv2.Rule", Rule$],
  ["elbv2.CreateRuleInput", CreateRuleInput$],
  ["aas.ScalableTarget", ScalableTarget$],
  ["aas.ScalingPolicy", ScalingPolicy$],
  ["aas.ScheduledAction", ScheduledAction$],
  ["scheduler.Schedule", GetScheduleOutput$],
  ["scheduler.CreateScheduleInput", CreateScheduleInput$],
  ["cloudwatch.MetricAlarm", MetricAlarm$],
  ["logs.LogGroup", LogGroup$],
  ["route53.ResourceRecordSet", ResourceRecordSet$],
];

/** Fields that AWS documents and the pinned client does not know yet; once it does, they leave this list. */
const NEWER: Readonly<Record<string, readonly string[]>> = {
  "ecs.TaskDefinition": [
    "trustedExecutionConfiguration.isolationMode",
    "trustedExecutionConfiguration.attestationPolicy",
  ],
};

/** Every path to a single value, as the tables of fields write it. */
function pathsOf(schema: NormalizedSchema, path = ""): string[] {
  if (schema.isListSchema()) return pathsOf(schema.getValueSchema(), `${path}[]`);
  if (schema.isMapSchema()) return [`${path}{}`];
  if (!schema.isStructSchema()) return [path];
  const members = Object.entries(schema.getMemberSchemas()).flatMap(([name, member]) =>
    pathsOf(member, path === "" ? name : `${path}.${name}`),
  );
  // A structure without a member says something by being there.
  return members.length === 0 ? [path] : members;
}

describe("the tables of fields", () => {
  it.each(SHAPES)("have one row for each path that AWS's model of %s has, and for no other", (shape, schema) => {
    const paths = pathsOf(NormalizedSchema.of(schema));
    expect(paths.length).toBeGreaterThan(0);
    expect(Object.keys(TABLES[shape] ?? {}).sort()).toEqual([...paths, ...(NEWER[shape] ?? [])].sort());
  });

  it("have the rows of a rule of EventBridge, and of its targets within it", () => {
    const target = pathsOf(NormalizedSchema.of(Target$)).map((path) => `Targets[].${path}`);
    const paths = [...pathsOf(NormalizedSchema.of(DescribeRuleResponse$)), ...target];
    expect(Object.keys(TABLES["events.Rule"] ?? {}).sort()).toEqual(paths.sort());
  });

  it("say what becomes of each path in a sentence", () => {
    const silent = Object.entries(TABLES).flatMap(([shape, fields]) =>
      Object.entries(fields)
        .filter(([, field]) => {
          const said = "asks" in field ? field.asks.asks : "drops" in field ? field.drops : field.reads;
          return said.trim().length < 4;
        })
        .map(([path]) => `${shape} ${path}`),
    );
    expect(silent).toEqual([]);
  });
});
