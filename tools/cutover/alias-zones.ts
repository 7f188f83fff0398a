import { ElasticLoadBalancingV2Client, paginateDescribeLoadBalancers } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RecordSet } from "../../model/cutover/record-set";
import { UserError } from "../../model/user-error";
import { PATIENT } from "../aws/retry";
import { partsOf } from "../unexpected";

/** One for every distribution: docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html. */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2";

/** Where CNAMEs may become aliases. The account's load balancers are asked for once, and only when one does not lead to CloudFront. */
export class AliasZones {
  private balancers: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(private readonly region: string) {}

  /**
   * @returns by target the zone in which an alias finds it; undefined for what no alias may lead to
   * @throws UserError when AWS does not say which load balancers there are
   */
  async of(host: string, records: readonly RecordSet[]): Promise<(target: string) => string | undefined> {
    const targets = records
      .filter(({ Name, Type }) => Name === host && Type === "CNAME")
      .flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => plain(Value)));
    if (!targets.every(isCloudFront)) this.balancers ??= loadBalancers(this.region);
    const balancers = await this.balancers;
    return (target) => (isCloudFront(plain(target)) ? CLOUDFRONT_ZONE : balancers?.get(plain(target)));
  }
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^dualstack\./, "");
const isCloudFront = (target: string): boolean => target.endsWith(".cloudfront.net");

async function loadBalancers(region: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  try {
    const client = new ElasticLoadBalancingV2Client({ ...PATIENT, region });
    for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {}))
      for (const { CanonicalHostedZoneId, DNSName } of LoadBalancers)
        if (DNSName && CanonicalHostedZoneId) found.set(plain(DNSName), CanonicalHostedZoneId);
    return found;
  } catch (error) {
    throw new UserError(
      `AWS does not say which load balancers there are (${partsOf(error).name || "no name"}), so nobody knows whether a CNAME may become an alias; nothing was touched\n  next: your role needs elasticloadbalancing:DescribeLoadBalancers`,
    );
  }
}
