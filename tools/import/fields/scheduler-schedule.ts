import { below, drops, type Fields, reads } from "../fields";
import { ecsParameters } from "./events";

const OTHER = reads("a target that is no task of ECS");

/** `aws scheduler get-schedule`. */
export const Schedule: Fields = {
  ...below(
    "",
    ["Name", "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "EndDate", "State"],
    reads("when the job runs"),
  ),
  ...below(
    "",
    ["Arn", "GroupName", "CreationDate", "LastModificationDate", "KmsKeyArn", "Description", "Target.RoleArn"],
    drops("AWS's own, or a remark"),
  ),
  ActionAfterCompletion: drops("what becomes of the schedule after its last run"),
  ...below("Target.", ["Arn", "Input"], reads("what the job runs")),
  ...ecsParameters("Target.EcsParameters.", ["Tags[]{}"]),
  ...below(
    "Target.",
    [
      ...["EventBridgeParameters.DetailType", "EventBridgeParameters.Source", "KinesisParameters.PartitionKey"],
      ...["SageMakerPipelineParameters.PipelineParameterList[].Name", "SqsParameters.MessageGroupId"],
      "SageMakerPipelineParameters.PipelineParameterList[].Value",
    ],
    OTHER,
  ),
  "Target.DeadLetterConfig.Arn": reads("who hears of a job that could not start"),
  ...below(
    "Target.RetryPolicy.",
    ["MaximumRetryAttempts", "MaximumEventAgeInSeconds"],
    drops("Kubernetes starts the job; a run that fails is told by the alert JobFailed"),
  ),
  ...below(
    "FlexibleTimeWindow.",
    ["Mode", "MaximumWindowInMinutes"],
    drops("the job starts at the first minute of the window"),
  ),
};

/** What `aws scheduler create-schedule --cli-input-json` takes. */
export const CreateScheduleInput: Fields = {
  ...Object.fromEntries(
    Object.entries(Schedule).filter(([path]) => !["Arn", "CreationDate", "LastModificationDate"].includes(path)),
  ),
  ClientToken: drops("AWS's own, or a remark"),
};
