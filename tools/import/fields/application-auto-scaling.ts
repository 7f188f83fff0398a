import { below, drops, type Fields, reads } from "../fields";

const OF_AWS = drops("a name or a time of AWS's own; nothing here goes by it");
const WHOSE = reads("which service it belongs to");
const SCALING = reads("autoscaling, as far as CPU says when to scale");

/** `aws application-autoscaling describe-scalable-targets`. */
export const ScalableTarget: Fields = {
  ...below("", ["ServiceNamespace", "ScalableDimension", "ResourceId"], WHOSE),
  ...below("", ["RoleARN", "CreationTime", "ScalableTargetARN"], OF_AWS),
  PredictedCapacity: drops("what AWS expected at that moment"),
  MinCapacity: reads("autoscaling.minReplicas"),
  MaxCapacity: reads("autoscaling.maxReplicas"),
  ...below(
    "SuspendedState.",
    ["DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"],
    reads("whether it scales at all"),
  ),
};

const METRIC = [
  ...["Id", "Expression", "Label", "ReturnData", "MetricStat.Stat", "MetricStat.Unit"],
  ...["MetricStat.Metric.Dimensions[].Name", "MetricStat.Metric.Dimensions[].Value"],
  ...["MetricStat.Metric.MetricName", "MetricStat.Metric.Namespace"],
];
const TRACKING = "TargetTrackingScalingPolicyConfiguration.";
const PREDICTIVE = "PredictiveScalingPolicyConfiguration.";

/** `aws application-autoscaling describe-scaling-policies`. */
export const ScalingPolicy: Fields = {
  ...below("", ["ServiceNamespace", "ScalableDimension", "ResourceId"], WHOSE),
  ...below("", ["PolicyARN", "CreationTime"], OF_AWS),
  ...below(
    "Alarms[].",
    ["AlarmName", "AlarmARN"],
    drops("alarms that AWS made for the policy; it deletes them with it"),
  ),
  ...below("", ["PolicyName", "PolicyType"], SCALING),
  ...below(
    "StepScalingPolicyConfiguration.",
    [
      ...["AdjustmentType", "StepAdjustments[].ScalingAdjustment", "StepAdjustments[].MetricIntervalLowerBound"],
      ...["StepAdjustments[].MetricIntervalUpperBound", "MinAdjustmentMagnitude", "Cooldown", "MetricAggregationType"],
    ],
    SCALING,
  ),
  ...below(
    TRACKING,
    [
      ...["TargetValue", "ScaleInCooldown", "DisableScaleIn"],
      ...["PredefinedMetricType", "ResourceLabel"].map((name) => `PredefinedMetricSpecification.${name}`),
      ...[
        ...["MetricName", "Namespace", "Dimensions[].Name", "Dimensions[].Value", "Statistic", "Unit"],
        ...METRIC.map((name) => `Metrics[].${name}`),
      ].map((name) => `CustomizedMetricSpecification.${name}`),
    ],
    SCALING,
  ),
  [`${TRACKING}ScaleOutCooldown`]: drops("the autoscaler adds pods as soon as they are needed"),
  ...below(
    `${PREDICTIVE}MetricSpecifications[].`,
    [
      "TargetValue",
      ...["PredefinedMetricPair", "PredefinedScalingMetric", "PredefinedLoadMetric"].flatMap((kind) =>
        ["PredefinedMetricType", "ResourceLabel"].map((name) => `${kind}Specification.${name}`),
      ),
      ...["CustomizedScalingMetric", "CustomizedLoadMetric", "CustomizedCapacityMetric"].flatMap((kind) =>
        METRIC.map((name) => `${kind}Specification.MetricDataQueries[].${name}`),
      ),
    ],
    SCALING,
  ),
  ...below(PREDICTIVE, ["Mode", "SchedulingBufferTime", "MaxCapacityBreachBehavior", "MaxCapacityBuffer"], SCALING),
};

/** `aws application-autoscaling describe-scheduled-actions`. */
export const ScheduledAction: Fields = {
  ...below("", ["ServiceNamespace", "ScalableDimension", "ResourceId"], WHOSE),
  ...below("", ["ScheduledActionARN", "CreationTime"], OF_AWS),
  ...below(
    "",
    [
      ...["ScheduledActionName", "Schedule", "Timezone", "StartTime", "EndTime"],
      ...["ScalableTargetAction.MinCapacity", "ScalableTargetAction.MaxCapacity"],
    ],
    reads("how many run at what time"),
  ),
};
