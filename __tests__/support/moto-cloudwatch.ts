import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { AwsQueryProtocol } from "@aws-sdk/core/protocols";
import { vi } from "vitest";

const send = CloudWatchClient.prototype.send as (this: CloudWatchClient, command: unknown) => Promise<unknown>;

/**
 * Sends what the SDK of CloudWatch sends as the query protocol, which AWS takes too and moto alone understands: 5.2.5 has
 * no JSON for this service. Undone by `vi.restoreAllMocks`.
 */
export function speakQueryToMoto(): void {
  vi.spyOn(CloudWatchClient.prototype, "send").mockImplementation(async function (this: CloudWatchClient, command) {
    const translated = new CloudWatchClient({ region: await this.config.region(), protocol: AwsQueryProtocol });
    return (await send.call(translated, command)) as never;
  });
}
