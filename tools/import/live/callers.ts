import {
  ListHostedZonesByVPCCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsRequest,
  type ListResourceRecordSetsResponse,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { GetNamespaceCommand, GetServiceCommand, ServiceDiscoveryClient } from "@aws-sdk/client-servicediscovery";
import { PATIENT } from "../../aws/retry";
import type { Calls } from "./calls";

/** Every record of the zones that only these VPCs see. */
export async function privateRecords(calls: Calls, region: string, vpcs: readonly string[]): Promise<unknown[]> {
  const client = new Route53Client({ ...PATIENT, region });
  const found: unknown[] = [];
  for (const VPCId of vpcs) {
    const zones = await calls.ask("route53 list-hosted-zones-by-vpc", "route53:ListHostedZonesByVPC", undefined, () =>
      client.send(new ListHostedZonesByVPCCommand({ VPCId, VPCRegion: region as never })),
    );
    for (const { HostedZoneId, Owner } of zones?.HostedZoneSummaries ?? []) {
      // A zone of Cloud Map, whose names the service itself tells.
      if (Owner?.OwningService !== undefined) continue;
      found.push(
        ...(await calls.ask("route53 list-resource-record-sets", "route53:ListResourceRecordSets", [], () =>
          recordsOf(client, HostedZoneId),
        )),
      );
    }
  }
  return found;
}

/** Every page of a zone, which the SDK does not turn by itself. */
async function recordsOf(client: Route53Client, HostedZoneId: string | undefined): Promise<ResourceRecordSet[]> {
  const found: ResourceRecordSet[] = [];
  let from: Partial<ListResourceRecordSetsRequest> | undefined = {};
  while (from !== undefined) {
    const page: ListResourceRecordSetsResponse = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId, ...from }),
    );
    found.push(...(page.ResourceRecordSets ?? []));
    const { IsTruncated, NextRecordIdentifier, NextRecordName, NextRecordType } = page;
    from = IsTruncated
      ? {
          StartRecordName: NextRecordName,
          StartRecordType: NextRecordType,
          ...(NextRecordIdentifier !== undefined && { StartRecordIdentifier: NextRecordIdentifier }),
        }
      : undefined;
  }
  return found;
}

/** By which name each registry of Cloud Map answers, by its ARN. */
export async function cloudMapNames(
  calls: Calls,
  region: string,
  registries: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const client = new ServiceDiscoveryClient({ ...PATIENT, region });
  const names = new Map<string, string>();
  for (const arn of registries) {
    const found = await calls.ask("servicediscovery get-service", "servicediscovery:GetService", undefined, () =>
      client.send(new GetServiceCommand({ Id: arn.split("/").at(-1) })),
    );
    const Id = found?.Service?.NamespaceId ?? found?.Service?.DnsConfig?.NamespaceId;
    if (found?.Service?.Name === undefined || Id === undefined) continue;
    const namespace = await calls.ask(
      "servicediscovery get-namespace",
      "servicediscovery:GetNamespace",
      undefined,
      () => client.send(new GetNamespaceCommand({ Id })),
    );
    if (namespace?.Namespace?.Name !== undefined) names.set(arn, `${found.Service.Name}.${namespace.Namespace.Name}`);
  }
  return names;
}
