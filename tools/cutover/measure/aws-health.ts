import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { BRIEF } from "../../aws/retry";
import { askAws } from "./ask-aws";
import { type Front, type FrontOf, frontOf } from "./front";
import { isMeasured, type NotMeasured, notMeasured } from "./not-measured";

/** How AWS's side does, to be compared with Azure's. */
export interface AwsHealth {
  /** The share of its requests that were answered with 5xx: 0 to 1. */
  readonly failedShare: number;
  readonly p95Milliseconds: number;
}

/**
 * What each front calls its failures and its latency, in seconds. Sources: docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 * and docs.aws.amazon.com/amplify/latest/userguide/monitoring-with-cloudwatch.html. CloudFront tells latency of origins only
 * where further metrics are paid for, so it is not compared.
 */
const METRICS: Readonly<Record<string, { readonly failures: string; readonly latency: string }>> = {
  "AWS/ApplicationELB": { failures: "HTTPCode_Target_5XX_Count", latency: "TargetResponseTime" },
  "AWS/AmplifyHosting": { failures: "5xxErrors", latency: "Latency" },
};

/** Failures and p95 of the last minutes at what an AWS record leads to. @param minutes 1 to 1440 */
export async function awsHealth(
  wanted: FrontOf,
  { minutes, now }: { readonly minutes: number; readonly now: Date },
): Promise<AwsHealth | NotMeasured> {
  const front = await frontOf(wanted);
  if (!isMeasured(front)) return front;
  const names = METRICS[front.namespace];
  if (names === undefined)
    return notMeasured(`${front.what}: its failures and latency are not compared; look at its console`);
  const seconds = Math.min(Math.max(1, minutes), 1440) * 60;
  const client = new CloudWatchClient({ ...BRIEF, region: front.region });
  const answer = await askAws("cloudwatch:GetMetricData", () =>
    client.send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - seconds * 1000),
        EndTime: now,
        MetricDataQueries: [
          query("requests", front, front.metric, "Sum", seconds),
          query("failures", front, names.failures, "Sum", seconds),
          query("latency", front, names.latency, "p95", seconds),
        ],
      }),
    ),
  );
  if (!isMeasured(answer)) return answer;
  const sumOf = (id: string) =>
    (answer.MetricDataResults ?? []).find(({ Id }) => Id === id)?.Values?.reduce((sum, value) => sum + value, 0);
  const worst = Math.max(...((answer.MetricDataResults ?? []).find(({ Id }) => Id === "latency")?.Values ?? []));
  const requests = sumOf("requests") ?? 0;
  if (requests === 0 || !Number.isFinite(worst))
    return notMeasured(
      `${front.what} had no request for ${Math.round(seconds / 60)} minutes, so there is nothing to compare with`,
    );
  return { failedShare: (sumOf("failures") ?? 0) / requests, p95Milliseconds: worst * 1000 };
}

const query = (Id: string, { dimensions, namespace }: Front, MetricName: string, Stat: string, Period: number) => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period,
    Stat,
  },
});
