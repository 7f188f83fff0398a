import {
  ApplicationAutoScalingClient,
  paginateDescribeScalableTargets,
  paginateDescribeScalingPolicies,
  paginateDescribeScheduledActions,
} from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type Service,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { UserError } from "../../../model/user-error";
import { PATIENT } from "../../aws/retry";
import { commandLine } from "../../shell";
import type { Answer, EcsAnswers } from "../ecs/answers";
import { cloudMapNames, privateRecords } from "./callers";
import { Calls, type Gap } from "./calls";
import { balancing } from "./load-balancing";
import { all } from "./pages";
import { rolePolicies } from "./role";
import { schedulesOf } from "./schedules";
import { knownSecrets } from "./secrets";

/** What AWS answered about one service, as files would hold it, and what it did not answer. */
export interface LiveEcs extends EcsAnswers {
  readonly gaps: readonly Gap[];
}

/**
 * Everything that AWS tells of one service, by read-only calls; never a value of a secret.
 * @throws UserError without a login, and for a service that is not there
 */
export async function readEcs(region: string, cluster: string, service: string): Promise<LiveEcs> {
  const calls = new Calls();
  const ecs = new ECSClient({ ...PATIENT, region });
  const described = await calls.must("ecs describe-services", "ecs:DescribeServices", () =>
    ecs.send(new DescribeServicesCommand({ cluster, services: [service], include: ["TAGS"] })),
  );
  const [found] = described.services ?? [];
  if (found?.taskDefinition === undefined)
    throw new UserError(
      `${service}: no such service in the cluster ${cluster} of ${region}; nothing was written\n  next: ${commandLine("aws", "ecs", "list-services", "--cluster", cluster)}`,
    );
  const defined = await calls.must("ecs describe-task-definition", "ecs:DescribeTaskDefinition", () =>
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: found.taskDefinition, include: ["TAGS"] })),
  );
  const { targetGroups, ...balanced } = await balancing(calls, region, groupsOf(found));
  const task = defined.taskDefinition;
  const registries = (found.serviceRegistries ?? []).flatMap(({ registryArn }) => registryArn ?? []);
  return {
    taskDefinition: answer("ecs describe-task-definition", defined),
    service: answer("ecs describe-services", described),
    targetGroup: [...targetGroups, ...balanced.targetGroupAttributes].map((one) =>
      answer("elbv2 describe-target-groups", one),
    ),
    loadBalancer: balanced.loadBalancerAttributes.map((one) => answer("elbv2 describe-load-balancer-attributes", one)),
    rules: balanced.rules.map((one) => answer("elbv2 describe-rules", one)),
    scaling: (await scaling(calls, region, `service/${nameIn(cluster)}/${nameIn(service)}`)).map((one) =>
      answer("application-autoscaling", one),
    ),
    schedules: (await schedulesOf(calls, region, found.clusterArn ?? cluster, task?.family ?? "")).map((one) =>
      answer("schedules", one),
    ),
    rolePolicies: (await rolePolicies(calls, region, task?.taskRoleArn)).map((one) => answer("iam get-role", one)),
    ...(await watched(calls, region, found, task)),
    zoneRecords: (await privateRecords(calls, region, balanced.vpcs)).map((one) =>
      answer("route53 list-resource-record-sets", one),
    ),
    cloudMapNames: await cloudMapNames(calls, region, registries),
    envFiles: new Map(),
    known: await knownSecrets(calls, region, task),
    gaps: calls.gaps,
  };
}

const answer = (call: string, content: unknown): Answer => ({ file: `aws ${call}`, content });

/** The last part of an ARN, or the name itself. */
const nameIn = (arn: string): string => arn.split("/").at(-1) ?? arn;

const groupsOf = ({ loadBalancers = [] }: Service): string[] =>
  loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);

async function scaling(calls: Calls, region: string, resource: string): Promise<unknown[]> {
  const client = new ApplicationAutoScalingClient({ ...PATIENT, region });
  const page = { client };
  const input = { ServiceNamespace: "ecs", ResourceId: resource } as const;
  const permission = (name: string) => `application-autoscaling:${name}`;
  const targets = await calls.ask(
    "application-autoscaling describe-scalable-targets",
    permission("DescribeScalableTargets"),
    [],
    () =>
      all(
        paginateDescribeScalableTargets(page, { ServiceNamespace: "ecs", ResourceIds: [resource] }),
        (one) => one.ScalableTargets,
      ),
  );
  const policies = await calls.ask(
    "application-autoscaling describe-scaling-policies",
    permission("DescribeScalingPolicies"),
    [],
    () => all(paginateDescribeScalingPolicies(page, input), (one) => one.ScalingPolicies),
  );
  const actions = await calls.ask(
    "application-autoscaling describe-scheduled-actions",
    permission("DescribeScheduledActions"),
    [],
    () => all(paginateDescribeScheduledActions(page, input), (one) => one.ScheduledActions),
  );
  return [
    ...(targets.length > 0 ? [{ ScalableTargets: targets }] : []),
    ...(policies.length > 0 ? [{ ScalingPolicies: policies }] : []),
    ...(actions.length > 0 ? [{ ScheduledActions: actions }] : []),
  ];
}

/** Alarms on the service or on its targets, and the groups that its logs go to. */
async function watched(calls: Calls, region: string, service: Service, task: TaskDefinition | undefined) {
  const client = new CloudWatchClient({ ...PATIENT, region });
  const names = [service.serviceName, ...groupsOf(service).map((arn) => arn.split(":").at(-1))];
  const isOurs = ({ Dimensions = [], Metrics = [] }: MetricAlarm) =>
    [...Dimensions, ...Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric?.Dimensions ?? [])].some(
      ({ Name, Value }) => ["ServiceName", "TargetGroup"].includes(Name ?? "") && names.includes(Value),
    );
  const alarms = await calls.ask("cloudwatch describe-alarms", "cloudwatch:DescribeAlarms", [], () =>
    all(paginateDescribeAlarms({ client }, { AlarmTypes: ["MetricAlarm"] }), (one) => one.MetricAlarms),
  );
  const logs = new CloudWatchLogsClient({ ...PATIENT, region });
  const groups = new Set(
    (task?.containerDefinitions ?? []).flatMap(
      ({ logConfiguration }) => logConfiguration?.options?.["awslogs-group"] ?? [],
    ),
  );
  const found: unknown[] = [];
  for (const name of groups) {
    const some = await calls.ask("logs describe-log-groups", "logs:DescribeLogGroups", [], () =>
      all(paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix: name }), (one) => one.logGroups),
    );
    found.push(...some.filter(({ logGroupName }) => logGroupName === name));
  }
  return {
    alarms: alarms.filter(isOurs).map((one) => answer("cloudwatch describe-alarms", one)),
    logGroups: found.map((one) => answer("logs describe-log-groups", one)),
  };
}
