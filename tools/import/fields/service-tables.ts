import type { Fields } from "../fields";
import { ScalableTarget, ScalingPolicy, ScheduledAction } from "./application-auto-scaling";
import { MetricAlarm } from "./cloudwatch-alarm";
import { CreateServiceRequest, Service } from "./ecs-service";
import { LoadBalancerAttributes, TargetGroupAttributes } from "./elbv2-attributes";
import { CreateRuleInput, Rule } from "./elbv2-rule";
import { CreateTargetGroupInput, TargetGroup } from "./elbv2-target-group";
import { Rule as EventRule } from "./events";
import { RolePolicies } from "./iam-role";
import { LogGroup } from "./logs-log-group";
import { ResourceRecordSet } from "./route53-record";
import { CreateScheduleInput, Schedule } from "./scheduler-schedule";

/** What stands around a task definition, by the shape that a source names. */
export const SERVICE_TABLES: Readonly<Record<string, Fields>> = {
  "ecs.Service": Service,
  "ecs.CreateServiceRequest": CreateServiceRequest,
  "elbv2.TargetGroup": TargetGroup,
  "elbv2.CreateTargetGroupInput": CreateTargetGroupInput,
  "elbv2.TargetGroupAttributes": TargetGroupAttributes,
  "elbv2.LoadBalancerAttributes": LoadBalancerAttributes,
  "elbv2.Rule": Rule,
  "elbv2.CreateRuleInput": CreateRuleInput,
  "aas.ScalableTarget": ScalableTarget,
  "aas.ScalingPolicy": ScalingPolicy,
  "aas.ScheduledAction": ScheduledAction,
  "events.Rule": EventRule,
  "scheduler.Schedule": Schedule,
  "scheduler.CreateScheduleInput": CreateScheduleInput,
  "iam.RolePolicies": RolePolicies,
  "cloudwatch.MetricAlarm": MetricAlarm,
  "logs.LogGroup": LogGroup,
  "route53.ResourceRecordSet": ResourceRecordSet,
};
