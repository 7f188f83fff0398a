import { below, drops, type Fields, reads } from "../fields";

const NETWORK = "networkConfiguration.awsvpcConfiguration.";
const PROVIDERS = ["capacityProvider", "weight", "base"];
const BALANCER_ROLES = ["productionListenerRule", "testListenerRule", "roleArn"];

const OF_AWS = drops("a name or a time of AWS's own; nothing here goes by it");
const NODES = drops("the node pools of the environment say on what it runs");
const ADDRESSES = drops("a pod has an address of the cluster's network; network policies say who may reach it");
const AT_WORK = drops("what ran at that moment, and not what is wanted");
const TAGS = drops("labels come from the application's name and the environment");
const LOGS_OF_PROXY = drops("the logs of a proxy that is not there any more");

/** What a roll-out may do; the chart's is fixed: never fewer pods than wanted, a quarter more for a while. */
const deploymentConfiguration: Fields = {
  ...below(
    "deploymentConfiguration.",
    ["maximumPercent", "minimumHealthyPercent"],
    reads("whether two may run at once"),
  ),
  ...below(
    "deploymentConfiguration.deploymentCircuitBreaker.",
    ["enable", "rollback", "resetOnHealthyTask", "thresholdConfiguration.type", "thresholdConfiguration.value"],
    drops("Helm takes back a release whose pods do not become ready"),
  ),
  ...below(
    "deploymentConfiguration.alarms.",
    ["alarmNames[]", "rollback", "enable"],
    reads("what takes back a roll-out"),
  ),
  ...below("deploymentConfiguration.", ["strategy"], reads("how a roll-out goes")),
  ...below(
    "deploymentConfiguration.",
    [
      ...["bakeTimeInMinutes", "linearConfiguration.stepPercent", "linearConfiguration.stepBakeTimeInMinutes"],
      ...["canaryConfiguration.canaryPercent", "canaryConfiguration.canaryBakeTimeInMinutes"],
      ...["earlySuccessCriteria.enable", "earlySuccessCriteria.healthyPercent"],
      "earlySuccessCriteria.sourceServiceRevisionCleanup",
    ],
    drops("the pace of a roll-out; a pod takes traffic as soon as it is ready"),
  ),
  ...below(
    "deploymentConfiguration.lifecycleHooks[].",
    [
      ...["targetType", "hookTargetArn", "roleArn", "lifecycleStages[]", "hookDetails"],
      ...["timeoutConfiguration.timeoutInMinutes", "timeoutConfiguration.action"],
    ],
    reads("what runs beside a roll-out"),
  ),
};

const loadBalancers = (path: string, field = reads("the port, and the target group whose checks become probes")) =>
  below(
    `${path}loadBalancers[].`,
    [
      ...["targetGroupArn", "loadBalancerName", "containerName", "containerPort"],
      ...["alternateTargetGroupArn", ...BALANCER_ROLES].map((name) => `advancedConfiguration.${name}`),
    ],
    field,
  );

const serviceRegistries = (path: string, field = reads("callers by Cloud Map")) =>
  below(`${path}serviceRegistries[].`, ["registryArn", "port", "containerName", "containerPort"], field);

/** Members of a deployment in what AWS answers, of the request in what it takes. */
const connections = (path: string): Fields => ({
  ...below(`${path}serviceConnectConfiguration.`, ["enabled", "namespace"], reads("callers by Service Connect")),
  ...below(
    `${path}serviceConnectConfiguration.services[].`,
    [
      ...["portName", "discoveryName", "clientAliases[].port", "clientAliases[].dnsName"],
      ...["clientAliases[].testTrafficRules.header.name", "clientAliases[].testTrafficRules.header.value.exact"],
      "ingressPortOverride",
    ],
    reads("callers by Service Connect"),
  ),
  ...below(
    `${path}serviceConnectConfiguration.services[].timeout.`,
    ["idleTimeoutSeconds", "perRequestTimeoutSeconds"],
    reads("routes' time limits"),
  ),
  ...below(
    `${path}serviceConnectConfiguration.services[].tls.`,
    ["issuerCertificateAuthority.awsPcaAuthorityArn", "kmsKey", "roleArn"],
    reads("encryption inside the network"),
  ),
  ...below(
    `${path}serviceConnectConfiguration.`,
    [
      ...["logConfiguration.logDriver", "logConfiguration.options{}"],
      ...["logConfiguration.secretOptions[].name", "logConfiguration.secretOptions[].valueFrom"],
      ...["accessLogConfiguration.format", "accessLogConfiguration.includeQueryParameters"],
      "containerConfigurations[].logLevel",
    ],
    LOGS_OF_PROXY,
  ),
  ...below(
    `${path}volumeConfigurations[].`,
    [
      "name",
      ...[
        ...["encrypted", "kmsKeyId", "volumeType", "sizeInGiB", "snapshotId", "volumeInitializationRate", "iops"],
        ...["throughput", "tagSpecifications[].resourceType", "tagSpecifications[].tags[].key"],
        ...["tagSpecifications[].tags[].value", "tagSpecifications[].propagateTags", "roleArn", "filesystemType"],
      ].map((name) => `managedEBSVolume.${name}`),
    ],
    reads("a disk that each task gets"),
  ),
  ...below(
    `${path}vpcLatticeConfigurations[].`,
    [
      ...["roleArn", "targetGroupArn", "portName"],
      ...["alternateTargetGroupArn", "productionListenerRule", "testListenerRule"].map(
        (name) => `advancedConfiguration.${name}`,
      ),
    ],
    reads("callers by VPC Lattice"),
  ),
});

/** What a request and an answer have in common. */
const both: Fields = {
  ...below("", ["serviceName", "taskDefinition"], reads("where it came from")),
  ...loadBalancers(""),
  ...serviceRegistries(""),
  ...deploymentConfiguration,
  desiredCount: reads("replicas"),
  schedulingStrategy: reads("whether it is an application"),
  healthCheckGracePeriodSeconds: reads("how long a start may take"),
  ...below(NETWORK, ["subnets[]", "securityGroups[]"], ADDRESSES),
  [`${NETWORK}assignPublicIp`]: reads("whether anybody knows its address"),
  ...below("", ["launchType", "platformVersion"], NODES),
  ...below("capacityProviderStrategy[].", PROVIDERS, NODES),
  ...below("placementConstraints[].", ["type", "expression"], reads("on which machines it may run")),
  ...below("placementStrategy[].", ["type", "field"], drops("the chart spreads pods over zones and nodes")),
  "deploymentController.type": reads("who rolls it out"),
  ...below("tags[].", ["key", "value"], TAGS),
  ...below("", ["enableECSManagedTags", "propagateTags"], TAGS),
  enableExecuteCommand: drops("kubectl exec, for whom Kubernetes lets in"),
  availabilityZoneRebalancing: drops("the chart spreads pods over zones and nodes"),
};

/** `aws ecs describe-services`. */
export const Service: Fields = {
  ...both,
  ...below("", ["serviceArn", "clusterArn"], reads("where it came from")),
  ...below(
    "",
    ["createdAt", "createdBy", "roleArn", "status", "currentServiceDeployment", "resourceManagementType"],
    OF_AWS,
  ),
  ...below(
    "currentServiceRevisions[].",
    ["arn", "requestedTaskCount", "runningTaskCount", "pendingTaskCount"],
    AT_WORK,
  ),
  platformFamily: drops("the task definition says for which system the image is"),
  runningCount: reads("whether it runs at all"),
  pendingCount: AT_WORK,
  ...below("events[].", ["id", "createdAt", "message"], AT_WORK),
  ...below(
    "deployments[].",
    [
      ...["id", "taskDefinition", "desiredCount", "pendingCount", "runningCount", "createdAt", "updatedAt"],
      ...["launchType", "platformVersion", "platformFamily", "rolloutState", "rolloutStateReason"],
      ...PROVIDERS.map((name) => `capacityProviderStrategy[].${name}`),
      ...["subnets[]", "securityGroups[]", "assignPublicIp"].map((name) => `${NETWORK}${name}`),
      ...["discoveryName", "discoveryArn"].map((name) => `serviceConnectResources[].${name}`),
    ],
    drops("the service says the same of itself"),
  ),
  "deployments[].status": reads("which deployment counts"),
  "deployments[].failedTasks": reads("whether it runs at all"),
  "deployments[].fargateEphemeralStorage.kmsKeyId": drops("Azure encrypts the nodes' disks"),
  ...connections("deployments[]."),
  ...loadBalancers("taskSets[].", reads("tasks of another controller")),
  ...serviceRegistries("taskSets[].", reads("tasks of another controller")),
  ...below(
    "taskSets[].",
    [
      ...["id", "taskSetArn", "serviceArn", "clusterArn", "startedBy", "externalId", "status", "taskDefinition"],
      ...["computedDesiredCount", "pendingCount", "runningCount", "createdAt", "updatedAt", "launchType"],
      ...PROVIDERS.map((name) => `capacityProviderStrategy[].${name}`),
      ...["platformVersion", "platformFamily", "scale.value", "scale.unit", "stabilityStatus", "stabilityStatusAt"],
      ...["subnets[]", "securityGroups[]", "assignPublicIp"].map((name) => `${NETWORK}${name}`),
      ...["tags[].key", "tags[].value", "fargateEphemeralStorage.kmsKeyId"],
    ],
    reads("tasks of another controller"),
  ),
};

/** What `aws ecs create-service --cli-input-json` takes. */
export const CreateServiceRequest: Fields = {
  ...both,
  ...connections(""),
  cluster: reads("where it came from"),
  ...below("", ["clientToken", "role"], OF_AWS),
  ...below(
    "gatewayConnectors[].",
    [
      ...["portName", "filters.accessTypes[]"],
      ...[
        ...["healthCheckProtocol", "healthCheckPort", "healthCheckPath", "healthCheckTimeoutSeconds"],
        ...["healthCheckIntervalSeconds", "healthyThresholdCount", "unhealthyThresholdCount"],
        ...["matcher.httpCode", "matcher.grpcCode"],
      ].map((name) => `healthCheck.${name}`),
    ],
    reads("callers by a gateway of AWS"),
  ),
  ...below(
    "monitoring.metricConfigurations[].",
    ["metricNames[]", "resolutionSeconds"],
    drops("managed Prometheus reads the pods"),
  ),
};
