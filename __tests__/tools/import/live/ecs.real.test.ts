import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand as CreateRegistryCommand,
  ListNamespacesCommand,
  ServiceDiscoveryClient,
} from "@aws-sdk/client-servicediscovery";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { importEcs } from "../../../../tools/import/ecs/import-ecs";
import { readEcs } from "../../../../tools/import/live/ecs";
import { environment } from "../../../support/import/ecs";
import { Moto } from "../../../support/moto";
import { requires } from "../../../support/requires";

const REGION = "us-east-1";
const ROLE = "arn:aws:iam::123456789012:role/shop-task";
const SECRET = "hunter2-of-nobody";
const ours = { ...environment, aws: { ...environment.aws, accountId: "123456789012" } };

describe("a service that is read live", requires("moto_server"), () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await Moto.start();
    vi.stubEnv("AWS_ENDPOINT_URL", moto.url);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    await fill(moto);
    // It speaks no protocol of CloudWatch's SDK: AWS's answer, as it was recorded.
    vi.spyOn(CloudWatchClient.prototype, "send").mockImplementation(async () => ({ MetricAlarms: ALARMS }));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    moto.stop();
  });

  it("tells what files would, names and types of secrets among it, and no value of one", async () => {
    const live = await readEcs(REGION, "main", "shop");
    expect(live.gaps).toEqual([]);
    expect(live.alarms.map(({ content }) => content)).toEqual([alarm("shop-cpu", "shop")]);
    expect([...live.known.values()]).toEqual([
      { type: "secret", name: "shop/database-wording" },
      { type: "String", name: "/shop/bucket" },
      { type: "missing", name: "/shop/nobody" },
    ]);
    const report = importEcs(live, {
      environment: ours,
      application: "shop",
      answers: new Map(),
      service: "shop",
      gaps: live.gaps,
    });
    expect(report.draft.values).toMatchObject({
      port: 3000,
      replicas: 3,
      autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 6, cpuPercent: 60 },
    });
    // A name that ends as an ARN's does, and is none: AWS says so, so nothing is cut.
    expect(report.draft.aws.secrets).toContainEqual({
      from: "secretsManager",
      name: "shop/database-wording",
      key: "url",
      to: "shop-database-wording-url",
    });
    expect(report.draft.aws.permissions).toEqual([
      { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop-uploads/*"] },
    ]);
    expect(report.draft.callers).toEqual([
      { name: "shop.suite.local", by: "Cloud Map" },
      { name: "shop.suite.internal", by: "private zone" },
    ]);
    expect(Object.keys(report.draft.values.cronJobs ?? {})).toEqual(["shop-nightly"]);
    expect(JSON.stringify([live, report])).not.toContain(SECRET);
  });

  it("says which service is not there", async () => {
    await expect(readEcs(REGION, "main", "nobody")).rejects.toThrow(
      "nobody: no such service in the cluster main of us-east-1; nothing was written",
    );
  });

  it("goes on without what one call does not answer, and asks about it", async () => {
    const send = vi
      .spyOn(IAMClient.prototype, "send")
      .mockRejectedValue(Object.assign(new Error(SECRET), { name: "AccessDenied" }));
    const live = await readEcs(REGION, "main", "shop");
    send.mockRestore();
    expect(live.gaps).toEqual([
      { call: "iam get-role", permission: "iam:GetRole", why: "AccessDenied" },
      { call: "iam list-attached-role-policies", permission: "iam:ListAttachedRolePolicies", why: "AccessDenied" },
      { call: "iam list-role-policies", permission: "iam:ListRolePolicies", why: "AccessDenied" },
    ]);
    const { decisions } = importEcs(live, {
      environment: ours,
      application: "shop",
      answers: new Map(),
      service: "shop",
      gaps: live.gaps,
    });
    expect(decisions.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["gap:iam-get-role", "gap:iam-list-attached-role-policies", "gap:iam-list-role-policies"]),
    );
    expect(JSON.stringify(decisions)).not.toContain(SECRET);
  });

  it.each([
    [
      "ExpiredTokenException",
      /^you are not logged in to AWS, or not any more \(ExpiredTokenException\); nothing was written/,
    ],
    ["TimeoutError", /^AWS cannot be reached \(TimeoutError\); nothing was written/],
  ])("stops at once at %s", async (name, sentence) => {
    const send = vi.spyOn(ECSClient.prototype, "send").mockRejectedValue(Object.assign(new Error(SECRET), { name }));
    await expect(readEcs(REGION, "main", "shop")).rejects.toThrow(sentence);
    send.mockRestore();
  });
});

const alarm = (name: string, service: string) => ({
  AlarmName: name,
  Namespace: "AWS/ECS",
  MetricName: "CPUUtilization",
  Dimensions: [{ Name: "ServiceName", Value: service }],
  Statistic: "Average",
  Period: 60,
  EvaluationPeriods: 5,
  Threshold: 80,
  ComparisonOperator: "GreaterThanThreshold",
});
const ALARMS = [alarm("shop-cpu", "shop"), alarm("other-cpu", "other")];

/** A service as somebody runs it. */
async function fill(moto: Moto): Promise<void> {
  const at = { region: REGION };
  const { balancer, targetGroupArn, vpc } = await balanced(moto);
  const registryArn = await called(vpc, balancer);
  const secrets = new SecretsManagerClient(at);
  // Its name ends as if AWS had added six letters.
  const { ARN = "" } = await secrets.send(
    new CreateSecretCommand({ Name: "shop/database-wording", SecretString: SECRET }),
  );
  await new SSMClient(at).send(new PutParameterCommand({ Name: "/shop/bucket", Type: "String", Value: SECRET }));
  const iam = new IAMClient(at);
  await iam.send(new CreateRoleCommand({ RoleName: "shop-task", AssumeRolePolicyDocument: "{}" }));
  const Statement = [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::shop-uploads/*"] }];
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "shop-task",
      PolicyName: "s3",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    }),
  );
  const ecs = new ECSClient(at);
  await ecs.send(new CreateClusterCommand({ clusterName: "main" }));
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "shop",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "512",
      memory: "1024",
      taskRoleArn: ROLE,
      containerDefinitions: [
        {
          name: "shop",
          image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1",
          essential: true,
          portMappings: [{ containerPort: 3000 }],
          secrets: [
            { name: "DATABASE_URL", valueFrom: `${ARN}:url::` },
            { name: "BUCKET", valueFrom: "arn:aws:ssm:us-east-1:123456789012:parameter/shop/bucket" },
            { name: "NOBODY", valueFrom: "/shop/nobody" },
          ],
          logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/ecs/shop" } },
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: "main",
      serviceName: "shop",
      taskDefinition: "shop",
      desiredCount: 3,
      launchType: "FARGATE",
      loadBalancers: [{ targetGroupArn, containerName: "shop", containerPort: 3000 }],
      serviceRegistries: [{ registryArn }],
    }),
  );
  const scaling = new ApplicationAutoScalingClient(at);
  const target = {
    ServiceNamespace: "ecs",
    ResourceId: "service/main/shop",
    ScalableDimension: "ecs:service:DesiredCount",
  } as const;
  await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 2, MaxCapacity: 6 }));
  await scaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName: "cpu",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 60,
        PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
      },
    }),
  );
  await new SchedulerClient(at).send(
    new CreateScheduleCommand({
      Name: "shop-nightly",
      ScheduleExpression: "cron(0 3 * * ? *)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: "arn:aws:ecs:us-east-1:123456789012:cluster/main",
        RoleArn: ROLE,
        EcsParameters: { TaskDefinitionArn: taskDefinition?.taskDefinitionArn ?? "" },
        Input: JSON.stringify({ containerOverrides: [{ name: "shop", command: ["node", "nightly.js"] }] }),
      },
    }),
  );
  const logs = new CloudWatchLogsClient(at);
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/ecs/shop" }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: "/ecs/shop", retentionInDays: 30 }));
}

/** A load balancer that sends to the service. */
async function balanced(moto: Moto): Promise<{ balancer: string; targetGroupArn: string; vpc: string }> {
  const subnets = await moto.call("ec2", "DescribeSubnets", {});
  const [, vpc = ""] = /<vpcId>(.*?)<\/vpcId>/.exec(subnets) ?? [];
  const ids = [...subnets.matchAll(/<subnetId>(.*?)<\/subnetId>/g)].map(([, id = ""]) => id);
  const client = new ElasticLoadBalancingV2Client({ region: REGION });
  const { LoadBalancers } = await client.send(
    new CreateLoadBalancerCommand({ Name: "main", Subnets: ids.slice(0, 2) }),
  );
  const group = {
    Name: "shop",
    Protocol: "HTTP",
    Port: 3000,
    VpcId: vpc,
    TargetType: "ip",
    HealthCheckPath: "/ready",
  } as const;
  const { TargetGroups } = await client.send(new CreateTargetGroupCommand(group));
  const [{ DNSName: balancer = "", LoadBalancerArn = "" } = {}] = LoadBalancers ?? [];
  const [{ TargetGroupArn: targetGroupArn = "" } = {}] = TargetGroups ?? [];
  const DefaultActions = [{ Type: "forward", TargetGroupArn: targetGroupArn } as const];
  await client.send(new CreateListenerCommand({ LoadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions }));
  return { balancer, targetGroupArn, vpc };
}

/** Names by which others call it: one of Cloud Map, and one of a private zone. */
async function called(vpc: string, balancer: string): Promise<string> {
  const cloudMap = new ServiceDiscoveryClient({ region: REGION });
  await cloudMap.send(new CreatePrivateDnsNamespaceCommand({ Name: "suite.local", Vpc: vpc }));
  const { Namespaces } = await cloudMap.send(new ListNamespacesCommand({}));
  const DnsConfig = { NamespaceId: Namespaces?.[0]?.Id, DnsRecords: [{ Type: "A", TTL: 60 } as const] };
  const { Service } = await cloudMap.send(new CreateRegistryCommand({ Name: "shop", DnsConfig }));
  const route53 = new Route53Client({ region: REGION });
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({
      Name: "suite.internal",
      CallerReference: "1",
      HostedZoneConfig: { PrivateZone: true },
      VPC: { VPCId: vpc, VPCRegion: REGION },
    }),
  );
  const record: ResourceRecordSet = {
    Name: "shop.suite.internal",
    Type: "CNAME",
    TTL: 60,
    ResourceRecords: [{ Value: balancer }],
  };
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: HostedZone?.Id,
      ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet: record }] },
    }),
  );
  return Service?.Arn ?? "";
}
