import { below, drops, type Fields, reads } from "../fields";

const WHAT = reads("one of the alerts that exist here");

/** `aws cloudwatch describe-alarms`, of MetricAlarms. */
export const MetricAlarm: Fields = {
  ...below(
    "",
    [
      ...["AlarmName", "Namespace", "MetricName", "Threshold", "ComparisonOperator", "Period", "EvaluationPeriods"],
      ...["DatapointsToAlarm", "Statistic", "ExtendedStatistic", "Unit", "TreatMissingData", "ThresholdMetricId"],
      ...["EvaluateLowSampleCountPercentile", "EvaluationInterval", "Dimensions[].Name", "Dimensions[].Value"],
      ...["EvaluationCriteria.PromQLCriteria.Query", "EvaluationCriteria.PromQLCriteria.PendingPeriod"],
      ...["EvaluationCriteria.PromQLCriteria.RecoveryPeriod", "EvaluationWindow.WallClockWindow.Timezone"],
      ...["EvaluationWindow.SlidingWindow", "WarmUpConfiguration.WarmUpPeriodDurationInMinutes"],
      "WarmUpConfiguration.OnlyStartEvaluatingAfterWarmUpPeriodEnds",
    ],
    WHAT,
  ),
  ...below(
    "Metrics[].",
    [
      ...["Id", "Expression", "Label", "ReturnData", "Period", "AccountId", "MetricStat.Period", "MetricStat.Stat"],
      ...["MetricStat.Unit", "MetricStat.Metric.Namespace", "MetricStat.Metric.MetricName"],
      ...["MetricStat.Metric.Dimensions[].Name", "MetricStat.Metric.Dimensions[].Value"],
    ],
    WHAT,
  ),
  ActionsEnabled: reads("whether anybody hears it"),
  ...below("", ["AlarmActions[]", "OKActions[]", "InsufficientDataActions[]"], reads("who hears it")),
  ...below(
    "",
    [
      ...["AlarmArn", "AlarmDescription", "AlarmConfigurationUpdatedTimestamp", "EvaluationState", "StateReason"],
      ...["StateReasonData", "StateValue", "StateUpdatedTimestamp", "StateTransitionedTimestamp"],
      ...["Enabled", "IncludedTagKeys[]", "ExcludedTagKeys[]"].map(
        (name) => `ActionConfiguration.AlarmTagsPropagation.${name}`,
      ),
    ],
    drops("AWS's own, a remark, or how it stood at that moment"),
  ),
};
