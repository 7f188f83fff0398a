import { below, drops, type Fields, reads } from "../fields";

const NETWORK = drops("a pod has an address of the cluster's network; network policies say who may reach it");
const NODES = drops("the node pools of the environment say on what it runs");
const TAGS = drops("labels come from the application's name and the environment");
const OTHER = reads("a target that is no task of ECS");

/** What a task of ECS is started with, in a rule and in a schedule. `tags` are spelled in two ways. */
export const ecsParameters = (path: string, tags: readonly string[]): Fields => ({
  ...below(path, ["TaskDefinitionArn", "TaskCount"], reads("what the job runs")),
  ...below(
    path,
    [
      ...["LaunchType", "PlatformVersion", "CapacityProviderStrategy[].capacityProvider"],
      ...["CapacityProviderStrategy[].weight", "CapacityProviderStrategy[].base", "PlacementConstraints[].type"],
      ...["PlacementConstraints[].expression", "PlacementStrategy[].type", "PlacementStrategy[].field"],
    ],
    NODES,
  ),
  ...below(
    `${path}NetworkConfiguration.awsvpcConfiguration.`,
    ["Subnets[]", "SecurityGroups[]", "AssignPublicIp"],
    NETWORK,
  ),
  ...below(path, ["Group", "ReferenceId", "EnableECSManagedTags", "PropagateTags", ...tags], TAGS),
  [`${path}EnableExecuteCommand`]: drops("kubectl exec, for whom Kubernetes lets in"),
});

/** `aws events list-targets-by-rule`. */
export const Target: Fields = {
  ...below("", ["Id", "RoleArn"], drops("a name or a role of AWS's own; Kubernetes starts the job")),
  ...below("", ["Arn", "Input"], reads("what the job runs")),
  ...below("", ["InputPath", "InputTransformer.InputPathsMap{}", "InputTransformer.InputTemplate"], OTHER),
  ...ecsParameters("EcsParameters.", ["Tags[].Key", "Tags[].Value"]),
  ...below(
    "",
    [
      ...["KinesisParameters.PartitionKeyPath", "RunCommandParameters.RunCommandTargets[].Key"],
      ...["RunCommandParameters.RunCommandTargets[].Values[]", "BatchParameters.JobDefinition"],
      ...["BatchParameters.JobName", "BatchParameters.ArrayProperties.Size", "BatchParameters.RetryStrategy.Attempts"],
      ...["SqsParameters.MessageGroupId", "HttpParameters.PathParameterValues[]", "HttpParameters.HeaderParameters{}"],
      ...["HttpParameters.QueryStringParameters{}", "SageMakerPipelineParameters.PipelineParameterList[].Name"],
      ...["SageMakerPipelineParameters.PipelineParameterList[].Value", "AppSyncParameters.GraphQLOperation"],
      ...["SecretManagerArn", "Database", "DbUser", "Sql", "StatementName", "WithEvent", "Sqls[]"].map(
        (name) => `RedshiftDataParameters.${name}`,
      ),
    ],
    OTHER,
  ),
  "DeadLetterConfig.Arn": reads("who hears of a job that could not start"),
  ...below(
    "RetryPolicy.",
    ["MaximumRetryAttempts", "MaximumEventAgeInSeconds"],
    drops("Kubernetes starts the job; a run that fails is told by the alert JobFailed"),
  ),
};

/** A rule of `aws events describe-rule` with the targets of list-targets-by-rule. */
export const Rule: Fields = {
  ...below("", ["Name", "ScheduleExpression", "EventPattern", "State"], reads("when the job runs")),
  ...below(
    "",
    ["Arn", "RoleArn", "ManagedBy", "EventBusName", "CreatedBy", "Description"],
    drops("AWS's own, or a remark"),
  ),
  ...Object.fromEntries(Object.entries(Target).map(([path, field]) => [`Targets[].${path}`, field])),
};
