import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { BRIEF } from "../../aws/retry";
import { askAws } from "./ask-aws";
import { type Front, type FrontOf, frontOf } from "./front";
import { isMeasured, type NotMeasured, notMeasured } from "./not-measured";

/** Requests that still come to AWS. */
export interface RequestsLeft {
  readonly requests: number;
  /** Of how many whole minutes. */
  readonly minutes: number;
  /** What counted them, and whose they are: a front that others share never falls to 0 by this cutover alone. */
  readonly of: string;
  /** When the last of those minutes began in which there was one, in ISO 8601. */
  readonly last?: string;
}

const MINUTE = 60_000;
/** CloudWatch keeps values of one minute for 15 days (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html). */
const MOST_MINUTES = 15 * 24 * 60;

/**
 * The requests of the last whole minutes at what an AWS record leads to. CloudWatch learns of them a few minutes late, so a
 * short window looks emptier than it is. Health checks of a load balancer are not among them
 * (docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html); scanners are.
 * @param minutes 1 to 21600, which is 15 days; more is taken as that
 */
export async function requestsLeft(
  wanted: FrontOf,
  { minutes, now }: { readonly minutes: number; readonly now: Date },
): Promise<RequestsLeft | NotMeasured> {
  const front = await frontOf(wanted);
  if (!isMeasured(front)) return front;
  const whole = Math.max(1, Math.min(Math.floor(minutes), MOST_MINUTES));
  const end = Math.floor(now.getTime() / MINUTE) * MINUTE;
  const client = new CloudWatchClient({ ...BRIEF, region: front.region });
  const values = await askAws("cloudwatch:GetMetricData", () => sums(client, front, end - whole * MINUTE, end));
  if (!isMeasured(values)) return values;
  const counted = values.filter(({ value }) => value > 0);
  if (values.length === 0) {
    const known = await askAws("cloudwatch:ListMetrics", () => isKnown(client, front));
    if (!isMeasured(known)) return known;
    if (!known) return neverCounted(front);
  }
  const last = Math.max(...counted.map(({ at }) => at));
  return {
    requests: counted.reduce((sum, { value }) => sum + value, 0),
    minutes: whole,
    of: front.what,
    ...(counted.length > 0 && { last: new Date(last).toISOString() }),
  };
}

/** No value is 0 requests only where there were any before: a metric of another region has none either. */
const neverCounted = ({ metric, namespace, region, what }: Front): NotMeasured =>
  notMeasured(
    `CloudWatch in ${region} has had no ${metric} of ${namespace} for two weeks, neither 0 nor more, for ${what}; look at its console, and answer yourself`,
  );

async function sums(client: CloudWatchClient, front: Front, from: number, to: number) {
  const query = {
    Id: "requests",
    MetricStat: { Metric: metricOf(front), Period: 60, Stat: "Sum" },
  };
  const window = { StartTime: new Date(from), EndTime: new Date(to), MetricDataQueries: [query] };
  const found: { readonly at: number; readonly value: number }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new GetMetricDataCommand({ ...window, NextToken }));
    for (const { Timestamps = [], Values = [] } of page.MetricDataResults ?? [])
      found.push(...Values.map((value, index) => ({ at: Timestamps[index]?.getTime() ?? from, value })));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** Whether it had a value within the last two weeks, which is as long as ListMetrics remembers. */
async function isKnown(client: CloudWatchClient, front: Front): Promise<boolean> {
  const { Dimensions, MetricName, Namespace } = metricOf(front);
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace, MetricName, Dimensions }));
  return Metrics.length > 0;
}

const metricOf = ({ dimensions, metric, namespace }: Front) => ({
  Namespace: namespace,
  MetricName: metric,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});
