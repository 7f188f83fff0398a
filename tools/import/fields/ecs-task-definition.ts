import { asks, below, drops, type Fields, reads } from "../fields";
import { ACCEPTED, type Question } from "../question";

/** A question whose only answer is that somebody has seen to it: the chart has no word for it. */
const unsaid = (risk: Question["risk"], sentence: string, without: string) =>
  asks({ risk, asks: sentence, options: [ACCEPTED], without });

const CONTAINER = "containerDefinitions[].";
const GPU = unsaid(
  "does not start",
  "It wants a GPU. Which nodes have one? No pool of ours has.",
  "it runs without one",
);
const HOST = unsaid(
  "does not start",
  "Pod Security refuses devices of the node. What is the device for?",
  "the container has no such device",
);
const NAMES = unsaid(
  "unreachable",
  "It resolves names in a way of its own. Who must be found by it?",
  "pods ask the cluster's DNS",
);
const STORAGE = unsaid(
  "data",
  "The chart has empty folders only. Is what is in this volume needed, and where will it be?",
  "the application finds an empty folder",
);
const LOGS = drops("Container Insights reads what a container prints; nothing is configured for it");

/** What is known of every field of a task definition: SDK's `TaskDefinition`. */
export const ecsTaskDefinition: Fields = {
  ...below("", ["taskDefinitionArn", "family", "revision"], reads("says which task definition it was, in the report")),
  ...below(
    CONTAINER,
    ["name", "essential"],
    reads("says which container is the application, and which runs beside it"),
  ),
  [`${CONTAINER}image`]: reads("the environment's aws.ecr; the pipeline writes the digest"),
  [`${CONTAINER}repositoryCredentials.credentialsParameter`]: drops(
    "images come from the environment's own registry, which nodes read by their identity",
  ),
  [`${CONTAINER}cpu`]: reads("resources.requests.cpu"),
  [`${CONTAINER}memory`]: reads("resources.limits.memory"),
  [`${CONTAINER}memoryReservation`]: reads("resources.requests.memory"),
  [`${CONTAINER}links[]`]: unsaid(
    "unreachable",
    "It calls another container by a name that Docker gave it. Containers of a pod are localhost to each other.",
    "the name is not found",
  ),
  [`${CONTAINER}portMappings[].containerPort`]: reads("port"),
  [`${CONTAINER}portMappings[].hostPort`]: drops("pods have addresses of their own"),
  [`${CONTAINER}portMappings[].protocol`]: reads("only TCP is routed"),
  [`${CONTAINER}portMappings[].name`]: drops("a label for Service Connect, which the service says if it uses it"),
  [`${CONTAINER}portMappings[].appProtocol`]: reads("only HTTP/1.1 is routed"),
  [`${CONTAINER}portMappings[].containerPortRange`]: unsaid(
    "unreachable",
    "It listens on a range of ports. Which one is for users? The chart has one.",
    "nobody reaches the range",
  ),
  ...below(
    `${CONTAINER}restartPolicy.`,
    ["enabled", "ignoredExitCodes[]", "restartAttemptPeriod"],
    drops("the kubelet restarts a container whatever its exit code"),
  ),
  [`${CONTAINER}entryPoint[]`]: reads("command"),
  [`${CONTAINER}command[]`]: reads("args"),
  ...below(CONTAINER, ["environment[].name", "environment[].value"], reads("env, secrets, or port")),
  ...below(CONTAINER, ["environmentFiles[].value", "environmentFiles[].type"], reads("env, by what is in the file")),
  ...below(CONTAINER, ["mountPoints[].sourceVolume", "mountPoints[].containerPath"], reads("volumes")),
  [`${CONTAINER}mountPoints[].readOnly`]: drops(
    "an empty folder that nobody may write is no use; the chart's are writable",
  ),
  ...below(
    `${CONTAINER}volumesFrom[].`,
    ["sourceContainer", "readOnly"],
    unsaid(
      "does not start",
      "It sees the folders of another container's image. What does it take from there? Put that into its own image.",
      "the folders are not there",
    ),
  ),
  [`${CONTAINER}linuxParameters.capabilities.add[]`]: unsaid(
    "does not start",
    "Pod Security refuses capabilities. What does it need this one for?",
    "the container runs without any",
  ),
  [`${CONTAINER}linuxParameters.capabilities.drop[]`]: drops("all capabilities are dropped"),
  ...below(`${CONTAINER}linuxParameters.devices[].`, ["hostPath", "containerPath", "permissions[]"], HOST),
  [`${CONTAINER}linuxParameters.initProcessEnabled`]: reads("whether the image must bring an init process"),
  [`${CONTAINER}linuxParameters.sharedMemorySize`]: reads("how large /dev/shm is"),
  ...below(
    `${CONTAINER}linuxParameters.tmpfs[].`,
    ["containerPath", "size", "mountOptions[]"],
    reads("volumes, on disk"),
  ),
  ...below(`${CONTAINER}linuxParameters.`, ["maxSwap", "swappiness"], drops("nodes have no swap")),
  ...below(CONTAINER, ["secrets[].name", "secrets[].valueFrom"], reads("secrets, and the environment's aws.secrets")),
  ...below(
    CONTAINER,
    ["dependsOn[].containerName", "dependsOn[].condition"],
    reads("migration, or a sidecar that starts first"),
  ),
  [`${CONTAINER}startTimeout`]: reads("probes.startup"),
  [`${CONTAINER}stopTimeout`]: reads("shutdown.graceSeconds"),
  [`${CONTAINER}versionConsistency`]: drops("images run by digest, which is always the same one"),
  [`${CONTAINER}hostname`]: drops("a pod is called by its own name"),
  [`${CONTAINER}user`]: reads("whether the image runs as 10001"),
  [`${CONTAINER}workingDirectory`]: reads("workingDir"),
  [`${CONTAINER}disableNetworking`]: unsaid(
    "access lost",
    "It may not use the network on ECS. Why? A pod's containers share one network.",
    "it has the pod's network",
  ),
  [`${CONTAINER}privileged`]: unsaid(
    "does not start",
    "Pod Security refuses privileged containers. What does it do to the node?",
    "it runs without privileges",
  ),
  [`${CONTAINER}readonlyRootFilesystem`]: reads("which folders are volumes; the root is always read-only"),
  ...below(CONTAINER, ["dnsServers[]", "dnsSearchDomains[]"], NAMES),
  ...below(`${CONTAINER}extraHosts[].`, ["hostname", "ipAddress"], NAMES),
  [`${CONTAINER}dockerSecurityOptions[]`]: reads("whether SELinux or AppArmor labels are needed"),
  ...below(CONTAINER, ["interactive", "pseudoTerminal"], drops("nobody sits at a terminal of a pod")),
  [`${CONTAINER}dockerLabels{}`]: reads("whether a tool is steered by labels"),
  ...below(
    `${CONTAINER}ulimits[].`,
    ["name", "softLimit", "hardLimit"],
    reads("whether other limits than nofile are needed"),
  ),
  [`${CONTAINER}logConfiguration.logDriver`]: reads("whether logs go anywhere but to CloudWatch"),
  [`${CONTAINER}logConfiguration.options{}`]: reads("whether lines belong together, and where they go"),
  ...below(`${CONTAINER}logConfiguration.secretOptions[].`, ["name", "valueFrom"], LOGS),
  ...below(
    `${CONTAINER}healthCheck.`,
    ["command[]", "interval", "timeout", "retries", "startPeriod"],
    reads("probes.liveness and probes.startup"),
  ),
  ...below(`${CONTAINER}systemControls[].`, ["namespace", "value"], {
    ...unsaid(
      "does not start",
      "The chart sets no kernel parameter. Does the application need this one?",
      "the node's value holds",
    ),
  }),
  ...below(
    `${CONTAINER}resourceRequirements[].`,
    ["value", "type", "sharingStrategy.nvidiaMps.memory", "sharingStrategy.nvidiaMps.maxComputePercent"],
    GPU,
  ),
  ...below(`${CONTAINER}firelensConfiguration.`, ["type", "options{}"], reads("that the container is a log router")),
  [`${CONTAINER}credentialSpecs[]`]: unsaid(
    "access lost",
    "It logs in to an Active Directory of Windows by a credential spec. How will it log in?",
    "it cannot log in",
  ),
  taskRoleArn: reads("the environment's aws.permissions"),
  executionRoleArn: reads("nothing: nodes pull images and the vault's driver reads secrets, by identities of Azure"),
  networkMode: reads("whether it shares the network of its host"),
  [`volumes[].name`]: reads("volumes, by the path of the mount"),
  [`volumes[].host.sourcePath`]: unsaid(
    "data",
    "It uses a folder of its host. Pod Security refuses that. What is in it?",
    "the folder is not there",
  ),
  ...below(
    "volumes[].dockerVolumeConfiguration.",
    ["scope", "autoprovision", "driver", "driverOpts{}", "labels{}"],
    STORAGE,
  ),
  ...below(
    "volumes[].efsVolumeConfiguration.",
    [
      ...["fileSystemId", "rootDirectory", "transitEncryption", "transitEncryptionPort"],
      ...["authorizationConfig.accessPointId", "authorizationConfig.iam"],
    ],
    STORAGE,
  ),
  ...below(
    "volumes[].s3filesVolumeConfiguration.",
    ["fileSystemArn", "rootDirectory", "transitEncryptionPort", "accessPointArn"],
    STORAGE,
  ),
  ...below(
    "volumes[].fsxWindowsFileServerVolumeConfiguration.",
    [
      ...["fileSystemId", "rootDirectory"],
      ...["authorizationConfig.credentialsParameter", "authorizationConfig.domain"],
    ],
    STORAGE,
  ),
  [`volumes[].configuredAtLaunch`]: STORAGE,
  status: reads("whether it may still be started"),
  ...below("requiresAttributes[].", ["name", "value", "targetType", "targetId"], drops("ECS derives it from the rest")),
  ...below(
    "placementConstraints[].",
    ["type", "expression"],
    unsaid(
      "slower",
      "It runs on certain hosts only. Why those? The chart spreads pods over zones and hosts by itself.",
      "it runs on any node",
    ),
  ),
  [`compatibilities[]`]: drops("ECS derives it from the rest"),
  "runtimePlatform.cpuArchitecture": reads("whether the image runs on our nodes"),
  "runtimePlatform.operatingSystemFamily": reads("whether the image runs on our nodes"),
  [`requiresCompatibilities[]`]: reads("whether it may rely on its host"),
  cpu: reads("resources.requests.cpu, less what other containers have"),
  memory: reads("resources.limits.memory, less what other containers have"),
  ...below("inferenceAccelerators[].", ["deviceName", "deviceType"], GPU),
  ...below(
    "",
    ["pidMode", "ipcMode"],
    unsaid(
      "does not start",
      "Containers see each other's processes or memory. Which one looks at which? The chart's do not.",
      "each container is by itself",
    ),
  ),
  ...below(
    "proxyConfiguration.",
    ["type", "containerName", "properties[].name", "properties[].value"],
    reads("App Mesh: its proxy is not carried over"),
  ),
  ...below(
    "",
    ["registeredAt", "deregisteredAt", "deleteRequestedAt", "registeredBy"],
    drops("the bookkeeping of AWS"),
  ),
  "ephemeralStorage.sizeInGiB": reads("how large volumes may be together"),
  enableFaultInjection: drops("a device for tests"),
  ...below(
    "trustedExecutionConfiguration.",
    ["isolationMode", "attestationPolicy"],
    unsaid(
      "access lost",
      "It runs as confidential computing, and may have keys that only such a host gets. Who checks that?",
      "it runs on an ordinary node",
    ),
  ),
};

/** What stands beside a task definition in the answer of describe-task-definition. */
export const ecsTags: Fields = below(
  "[].",
  ["key", "value"],
  drops("tags of AWS; the environment's stacks write their own"),
);
