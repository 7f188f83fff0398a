import type { At } from "../at";
import { idOf } from "../id";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";
import { groupNameOf } from "./target-group-name";

/** One of our alerts (constructs/observability), and how it differs from an alarm of AWS. */
interface Cover {
  readonly alert: string;
  readonly why: string;
}

const cover = (alert: string, why: string): Cover => ({ alert, why });

const FAILING = cover("ApplicationFailing", "over 5 % of its requests for five minutes, instead of a count");
const NO_POD = cover("GatewayFindsNoPod", "over 1 % of the requests for five minutes, instead of a count");
const SLOW = cover("ApplicationSlow", "one in twenty requests over a second for 15 minutes");
const MISSING = cover(
  "DeploymentReplicasMismatch",
  "fewer pods than wanted for 15 minutes; DeploymentDown after five without any",
);
const DOWN = cover("DeploymentDown", "no pod is ready for five minutes");

/** Metrics of AWS that one of our alerts is about, by namespace and name. */
const COVERS: Readonly<Record<string, Cover>> = {
  "AWS/ApplicationELB HTTPCode_Target_5XX_Count": FAILING,
  "AWS/ApplicationELB HTTPCode_ELB_5XX_Count": NO_POD,
  "AWS/ApplicationELB HTTPCode_ELB_502_Count": NO_POD,
  "AWS/ApplicationELB HTTPCode_ELB_503_Count": NO_POD,
  "AWS/ApplicationELB HTTPCode_ELB_504_Count": NO_POD,
  "AWS/ApplicationELB TargetConnectionErrorCount": NO_POD,
  "AWS/ApplicationELB TargetResponseTime": SLOW,
  "AWS/ApplicationELB UnHealthyHostCount": MISSING,
  "AWS/ApplicationELB HealthyHostCount": DOWN,
  "AWS/ECS MemoryUtilization": cover(
    "ContainerOutOfMemory",
    "a container was killed at its memory limit; nothing before that",
  ),
  "ECS/ContainerInsights RunningTaskCount": MISSING,
  "ECS/ContainerInsights PendingTaskCount": cover("PodNotRunning", "a pod has been pending for 15 minutes"),
  "ECS/ContainerInsights RestartCount": cover(
    "PodCrashLooping",
    "a container starts and dies again and again for ten minutes",
  ),
  "ECS/ContainerInsights MemoryUtilized": cover(
    "ContainerOutOfMemory",
    "a container was killed at its memory limit; nothing before that",
  ),
  "AWS/Events FailedInvocations": cover("JobFailed", "a job has failed for five minutes"),
};

/** Only where the autoscaler runs: without it nothing here speaks of CPU. */
const BY_CPU = cover(
  "AutoscalerAtMaximum",
  "as many pods as it may run for 15 minutes; below that the autoscaler acts",
);
const CPU = ["AWS/ECS CPUUtilization", "ECS/ContainerInsights CpuUtilized"];

/** What stays on AWS keeps its alarms there. */
const STAYS = ["AWS/SQS", "AWS/SNS", "AWS/S3", "AWS/DynamoDB", "AWS/Lambda", "AWS/Kinesis", "AWS/SES", "AWS/Firehose"];

/** The application that alarms may be about. */
export interface Watched {
  /** Its service's name; undefined when nobody knows. */
  readonly service: string | undefined;
  readonly targetGroupArns: readonly string[];
  /** Whether the autoscaler runs. */
  readonly isScaled: boolean;
}

/** Says for each alarm which of our alerts tells the same, or asks. */
export function alarmsOf(alarms: readonly At[], watched: Watched, ledger: Ledger): void {
  for (const alarm of alarms) {
    if (isOfAnother(alarm, watched)) ledger.dropped(alarm, "another service's");
    else alarmOf(alarm, watched.isScaled, ledger);
  }
}

/** CloudWatch lists the alarms of a whole account; a dimension says whose one is. */
function isOfAnother(alarm: At, { service, targetGroupArns }: Watched): boolean {
  const dimensions = [
    ...alarm.at("Dimensions").items,
    ...alarm.at("Metrics").items.flatMap((metric) => metric.at("MetricStat", "Metric", "Dimensions").items),
  ];
  const named = (name: string): string[] =>
    dimensions.filter((one) => one.at("Name").text === name).flatMap((one) => one.at("Value").text ?? []);
  const [services, groups] = [named("ServiceName"), named("TargetGroup")];
  const isForeign = (all: readonly string[], isOwn: (one: string) => boolean) => all.length > 0 && !all.some(isOwn);
  return (
    (service !== undefined && isForeign(services, (one) => one === service)) ||
    (targetGroupArns.length > 0 &&
      isForeign(groups, (one) => targetGroupArns.some((arn) => groupNameOf(arn) === groupNameOf(one))))
  );
}

function alarmOf(alarm: At, isScaled: boolean, ledger: Ledger): void {
  const name = alarm.at("AlarmName").text ?? "alarm";
  const metric = metricOf(alarm);
  const needless = needlessness(alarm, name);
  const covered = isScaled && CPU.includes(metric) ? BY_CPU : COVERS[metric];
  if (needless !== undefined) ledger.dropped(alarm, needless);
  else if (covered !== undefined) settle(alarm, covered, ledger);
  else
    ledger.ask(subject(alarm).concat(heard(alarm)), {
      id: idOf("alarm", name),
      risk: "slower",
      asks: `Nothing here tells what the alarm ${name} told (${metric.trim() || "several metrics"}). Who must know it from now on?`,
      options: [ACCEPTED],
      without: "nobody is told",
    });
}

const metricOf = (alarm: At): string => `${alarm.at("Namespace").text ?? ""} ${alarm.at("MetricName").text ?? ""}`;

/** Why nothing need take its place; undefined when something must. */
function needlessness(alarm: At, name: string): string | undefined {
  if (isOfScaling(alarm, name)) return "made for a scaling policy; AWS deletes it with the policy";
  if (alarm.at("ActionsEnabled").boolean === false) return "nobody hears it: its actions are off";
  return STAYS.includes(alarm.at("Namespace").text ?? "") ? "it is about what stays on AWS, and so does it" : undefined;
}

function settle(alarm: At, { alert, why }: Cover, ledger: Ledger): void {
  const what = ["AlarmName", "Namespace", "MetricName", "ActionsEnabled"]
    .map((name) => alarm.at(name))
    .filter(({ isThere }) => isThere);
  ledger.mapped(what, `alert ${alert}`);
  ledger.defaulted(subject(alarm), `alert ${alert}`, why);
  if (heard(alarm).length > 0) ledger.mapped(heard(alarm), "alertEmails of the environment");
}

/** Everything but what the table drops. */
const subject = (alarm: At): At[] =>
  [
    ...["AlarmName", "Namespace", "MetricName", "Threshold", "ComparisonOperator", "Period", "EvaluationPeriods"],
    ...["DatapointsToAlarm", "Statistic", "ExtendedStatistic", "Unit", "TreatMissingData", "ThresholdMetricId"],
    ...["EvaluateLowSampleCountPercentile", "EvaluationInterval", "Dimensions", "EvaluationCriteria"],
    ...["EvaluationWindow", "WarmUpConfiguration", "Metrics", "ActionsEnabled"],
  ]
    .map((name) => alarm.at(name))
    .filter(({ isThere }) => isThere);

const heard = (alarm: At): At[] =>
  ["AlarmActions", "OKActions", "InsufficientDataActions"]
    .map((name) => alarm.at(name))
    .filter(({ isThere }) => isThere);

const isOfScaling = (alarm: At, name: string): boolean =>
  name.startsWith("TargetTracking-") ||
  alarm.at("AlarmActions").words.some((action) => action.startsWith("arn:aws:autoscaling:"));
