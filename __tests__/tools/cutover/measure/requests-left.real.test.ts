import { AmplifyClient, ListAppsCommand } from "@aws-sdk/client-amplify";
import { CloudFrontClient, CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateLoadBalancerCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { requestsLeft } from "../../../../tools/cutover/measure/requests-left";
import { Moto } from "../../../support/moto";
import { speakQueryToMoto } from "../../../support/moto-cloudwatch";
import { requires } from "../../../support/requires";

const REGION = "eu-west-1";
const HOST = "api.mmrv.example.com";
const SECRET = "hunter2-of-nobody";
const MINUTE = 60_000;
/** In the middle of a minute, which is not whole yet. */
const NOW = new Date(Math.floor(Date.now() / MINUTE) * MINUTE + 30_000);
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE);

describe("the requests that still come to AWS", requires("moto_server"), () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await Moto.start();
    vi.stubEnv("AWS_ENDPOINT_URL", moto.url);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    moto.stop();
  });
  beforeEach(speakQueryToMoto);
  afterEach(async () => {
    vi.restoreAllMocks();
    await fetch(`${moto.url}/moto-api/reset`, { method: "POST" });
  });

  const left = (target: string, minutes = 10) =>
    requestsLeft({ host: HOST, target, region: REGION }, { minutes, now: NOW });

  it("at a load balancer are those of the whole minutes that are asked for, with the last one that had some", async () => {
    const { dimension, name } = await loadBalancer(moto, "application");
    const values = [
      [ago(0), 1_000],
      [ago(1), 0],
      [ago(3), 5],
      [ago(8), 7],
      [ago(12), 1_000],
    ] as const;
    await count("AWS/ApplicationELB", "RequestCount", { LoadBalancer: dimension }, values);
    await count("AWS/ApplicationELB", "RequestCount", { LoadBalancer: "app/other/1" }, [[ago(3), 1_000]]);
    expect(await left(`dualstack.${name}.`)).toEqual({
      requests: 12,
      minutes: 10,
      of: "the load balancer main, of every host that it answers for",
      last: new Date(ago(3).getTime() - 30_000).toISOString(),
    });
  });

  it("are 0 where there were some within two weeks, and not measured where there never were any", async () => {
    const { dimension, name } = await loadBalancer(moto, "application");
    expect(await left(name)).toEqual({
      notMeasured: `CloudWatch in ${REGION} has had no RequestCount of AWS/ApplicationELB for two weeks, neither 0 nor more, for the load balancer main, of every host that it answers for; look at its console, and answer yourself`,
    });
    await count("AWS/ApplicationELB", "RequestCount", { LoadBalancer: dimension }, [[ago(60), 3]]);
    expect(await left(name)).toEqual({ requests: 0, minutes: 10, of: expect.stringContaining("main") });
  });

  it("at a CloudFront distribution are counted in us-east-1, wherever the environment is", async () => {
    const { id, name } = await distribution();
    await count("AWS/CloudFront", "Requests", { DistributionId: id, Region: "Global" }, [[ago(2), 9]], "us-east-1");
    expect(await left(name)).toMatchObject({
      requests: 9,
      of: `the CloudFront distribution ${id}, of every host that it answers for`,
    });
  });

  describe("at Amplify, whose distributions are in nobody's list,", () => {
    const associations = [
      {
        domainName: "mmrv.example.com",
        subDomains: [{ dnsRecord: "www CNAME d1abc.cloudfront.net", subDomainSetting: { prefix: "www" } }],
      },
    ];
    const amplify = () =>
      vi.spyOn(AmplifyClient.prototype, "send").mockImplementation(async (command: unknown) => {
        if (command instanceof ListAppsCommand) return { apps: [{ appId: "d0other" }, { appId: "d1a2b3" }] } as never;
        const { appId } = (command as { readonly input: { readonly appId: string } }).input;
        return { domainAssociations: appId === "d1a2b3" ? associations : [] } as never;
      });

    it.each([
      ["by the record that it asked for", "other.example.com", "d1abc.cloudfront.net"],
      ["by the host", "www.mmrv.example.com", "d9new.cloudfront.net"],
    ])("are those of the app that is found %s", async (_, host, target) => {
      amplify();
      await count("AWS/AmplifyHosting", "Requests", { App: "d1a2b3" }, [[ago(2), 4]]);
      expect(await requestsLeft({ host, target, region: REGION }, { minutes: 10, now: NOW })).toMatchObject({
        requests: 4,
        of: "the Amplify app d1a2b3, of all of its branches and hosts",
      });
    });

    it("are not measured of a name that nobody has", async () => {
      amplify();
      expect(await left("d9new.cloudfront.net")).toEqual({
        notMeasured: `d9new.cloudfront.net is no distribution of this account, and no Amplify app in ${REGION} has ${HOST}; look at the record and at whose account you are logged in to`,
      });
    });

    it("are found all the same by who may not list distributions", async () => {
      amplify();
      vi.spyOn(CloudFrontClient.prototype, "send").mockRejectedValue(refusal("AccessDenied") as never);
      await count("AWS/AmplifyHosting", "Requests", { App: "d1a2b3" }, [[ago(2), 4]]);
      expect(await left("d1abc.cloudfront.net")).toMatchObject({ requests: 4 });
      expect(await left("d9new.cloudfront.net")).toEqual({
        notMeasured:
          "AWS does not let you (AccessDenied); your role needs cloudfront:ListDistributions; ask whoever grants it, then again",
      });
    });
  });

  it.each([
    ["203.0.113.9", "203.0.113.9 is neither a load balancer nor CloudFront; count the requests of"],
    [`nobody-1.${REGION}.elb.amazonaws.com`, `no load balancer of this account in ${REGION} is called nobody-1.`],
  ])("are not measured at %s, with what to do", async (target, why) => {
    expect(await left(target)).toEqual({ notMeasured: expect.stringContaining(why) });
  });

  it("are not measured at a network load balancer, which knows none", async () => {
    const { name } = await loadBalancer(moto, "network");
    expect(await left(name)).toEqual({
      notMeasured: `${name} is a network load balancer, which counts no requests; count those of its targets`,
    });
  });

  it.each([
    [
      "AccessDeniedException",
      "AWS does not let you (AccessDeniedException); your role needs cloudwatch:GetMetricData;",
    ],
    ["ExpiredTokenException", "you are not logged in to AWS, or not any more (ExpiredTokenException); aws sso login"],
    ["ThrottlingException", "AWS throttles after every try (ThrottlingException); again later"],
    ["TimeoutError", "AWS cannot be reached (TimeoutError); look at the network, then again"],
    ["InternalServiceFault", "AWS refused cloudwatch:GetMetricData (InternalServiceFault)"],
  ])("are not measured when CloudWatch answers %s, and nothing of its message is told", async (name, why) => {
    const balancer = await loadBalancer(moto, "application");
    vi.spyOn(CloudWatchClient.prototype, "send").mockRejectedValue(refusal(name) as never);
    const told = await left(balancer.name);
    expect(told).toEqual({ notMeasured: expect.stringContaining(why) });
    expect(JSON.stringify(told)).not.toContain(SECRET);
  });
});

const refusal = (name: string) => Object.assign(new Error(SECRET), { name });

async function loadBalancer(moto: Moto, Type: "application" | "network") {
  const region = `Credential=test/20260101/${REGION}/ec2/aws4_request`;
  const subnets = await fetch(moto.url, {
    method: "POST",
    headers: { Authorization: `AWS4-HMAC-SHA256 ${region}` },
    body: new URLSearchParams({ Action: "DescribeSubnets", Version: "2016-11-15" }),
  });
  const ids = [...(await subnets.text()).matchAll(/<subnetId>(.*?)<\/subnetId>/g)].map(([, id = ""]) => id);
  const client = new ElasticLoadBalancingV2Client({ region: REGION });
  const command = new CreateLoadBalancerCommand({ Name: "main", Subnets: ids.slice(0, 2), Type });
  const [{ DNSName: name = "", LoadBalancerArn: arn = "" } = {}] = (await client.send(command)).LoadBalancers ?? [];
  return { name, dimension: arn.split(":loadbalancer/")[1] ?? "" };
}

async function distribution() {
  const CustomOriginConfig = { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "https-only" as const };
  const origin = { Id: "o", DomainName: "origin.example.com", CustomOriginConfig };
  const DistributionConfig = {
    CallerReference: "1",
    Comment: "",
    Enabled: true,
    Origins: { Quantity: 1, Items: [origin] },
    DefaultCacheBehavior: { TargetOriginId: "o", ViewerProtocolPolicy: "allow-all" as const },
  };
  const client = new CloudFrontClient({ region: "us-east-1" });
  const { Distribution } = await client.send(new CreateDistributionCommand({ DistributionConfig }));
  return { id: Distribution?.Id ?? "", name: Distribution?.DomainName ?? "" };
}

async function count(
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
  values: readonly (readonly [Date, number])[],
  region = REGION,
) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const MetricData = values.map(([Timestamp, Value]) => ({ MetricName, Dimensions, Timestamp, Value }));
  await new CloudWatchClient({ region }).send(new PutMetricDataCommand({ Namespace, MetricData }));
}
