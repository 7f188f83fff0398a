import {
  AmplifyClient,
  type DomainAssociation,
  paginateListApps,
  paginateListDomainAssociations,
} from "@aws-sdk/client-amplify";
import { CloudFrontClient, paginateListDistributions } from "@aws-sdk/client-cloudfront";
import { ElasticLoadBalancingV2Client, paginateDescribeLoadBalancers } from "@aws-sdk/client-elastic-load-balancing-v2";
import { BRIEF } from "../../aws/retry";
import { askAws } from "./ask-aws";
import { isMeasured, type NotMeasured, notMeasured } from "./not-measured";
import { plainName } from "./resolver";

/** What users reach on AWS, and where CloudWatch counts their requests. */
export interface Front {
  /** As a sentence names it, with what its count counts. */
  readonly what: string;
  /** The region whose CloudWatch has the metric. */
  readonly region: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Whose requests are wanted. */
export interface FrontOf {
  readonly host: string;
  /** What the AWS record leads to: the name of its alias target, or its CNAME. */
  readonly target: string;
  /** The environment's region of AWS. */
  readonly region: string;
}

/** CloudFront's metrics, and its API, are there alone (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/monitoring-using-cloudwatch.html). */
const CLOUDFRONT_REGION = "us-east-1";

/** Finds what stands behind the name that an AWS record leads to. */
export async function frontOf({ host, region, target }: FrontOf): Promise<Front | NotMeasured> {
  const name = plainName(target);
  if (name.endsWith(".cloudfront.net")) return distribution(name, host, region);
  if (name.endsWith(".elb.amazonaws.com")) return loadBalancer(name, region);
  return notMeasured(
    `${target} is neither a load balancer nor CloudFront; count the requests of ${host} where it is logged, and answer yourself`,
  );
}

async function loadBalancer(name: string, region: string): Promise<Front | NotMeasured> {
  // Route 53's console puts "dualstack." in front, which the load balancer's own name has not.
  const wanted = name.replace(/^dualstack\./, "");
  // <name>-<id>.<region>.elb.amazonaws.com; of a network load balancer <name>-<id>.elb.<region>.amazonaws.com.
  const [, ofName = region] = /\.([a-z0-9-]+)\.elb\.amazonaws\.com$/.exec(wanted) ?? [];
  const client = new ElasticLoadBalancingV2Client({ ...BRIEF, region: ofName });
  const found = await askAws("elasticloadbalancing:DescribeLoadBalancers", async () => {
    for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
      const one = LoadBalancers.find(({ DNSName = "" }) => plainName(DNSName) === wanted);
      if (one) return one;
    }
    return null;
  });
  if (!isMeasured(found)) return found;
  if (found === null)
    return notMeasured(
      `no load balancer of this account in ${ofName} is called ${wanted}; look at the record and at whose account you are logged in to`,
    );
  if (found.Type !== "application")
    return notMeasured(
      `${wanted} is a ${found.Type} load balancer, which counts no requests; count those of its targets`,
    );
  return {
    what: `the load balancer ${found.LoadBalancerName}, of every host that it answers for`,
    region: ofName,
    namespace: "AWS/ApplicationELB",
    metric: "RequestCount",
    dimensions: { LoadBalancer: found.LoadBalancerArn?.replace(/^.*:loadbalancer\//, "") ?? "" },
  };
}

/** A distribution of this account, or one of Amplify's, which is in no list of ours: the app that has the host knows it. */
async function distribution(name: string, host: string, region: string): Promise<Front | NotMeasured> {
  const client = new CloudFrontClient({ ...BRIEF, region: CLOUDFRONT_REGION });
  const id = await askAws("cloudfront:ListDistributions", async () => {
    for await (const { DistributionList } of paginateListDistributions({ client }, {})) {
      const one = DistributionList?.Items?.find(({ DomainName = "" }) => plainName(DomainName) === name);
      if (one?.Id !== undefined) return one.Id;
    }
    return null;
  });
  if (isMeasured(id) && id !== null)
    return {
      what: `the CloudFront distribution ${id}, of every host that it answers for`,
      region: CLOUDFRONT_REGION,
      namespace: "AWS/CloudFront",
      metric: "Requests",
      dimensions: { DistributionId: id, Region: "Global" },
    };
  const app = await amplifyApp(name, host, region);
  if (!isMeasured(app) || app !== null) return app;
  if (!isMeasured(id)) return id;
  return notMeasured(
    `${name} is no distribution of this account, and no Amplify app in ${region} has ${host}; look at the record and at whose account you are logged in to`,
  );
}

/**
 * The Amplify app of a host. Its metrics have the dimension App
 * (docs.aws.amazon.com/amplify/latest/userguide/monitoring-with-cloudwatch.html) and are looked for in the app's own region,
 * which that page does not say.
 */
async function amplifyApp(name: string, host: string, region: string): Promise<Front | NotMeasured | null> {
  const client = new AmplifyClient({ ...BRIEF, region });
  const id = await askAws("amplify:ListApps and amplify:ListDomainAssociations", async () => {
    for await (const { apps = [] } of paginateListApps({ client }, {}))
      for (const { appId } of apps)
        for await (const { domainAssociations = [] } of paginateListDomainAssociations({ client }, { appId }))
          if (domainAssociations.some((one) => hasHost(one, name, host))) return appId ?? null;
    return null;
  });
  if (!isMeasured(id) || id === null) return id;
  return {
    what: `the Amplify app ${id}, of all of its branches and hosts`,
    region,
    namespace: "AWS/AmplifyHosting",
    metric: "Requests",
    dimensions: { App: id },
  };
}

/** By the host, or by the record that Amplify asked for, such as "www CNAME d1abc.cloudfront.net". */
const hasHost = ({ domainName = "", subDomains = [] }: DomainAssociation, name: string, host: string): boolean =>
  subDomains.some(({ dnsRecord = "", subDomainSetting }) => {
    const prefix = subDomainSetting?.prefix ?? "";
    const own = prefix === "" ? domainName : `${prefix}.${domainName}`;
    return plainName(own) === plainName(host) || dnsRecord.toLowerCase().split(/\s+/).map(plainName).includes(name);
  });
