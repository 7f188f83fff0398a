import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { AuditArchive } from "../constructs/audit-archive";
import { ExistingDatabase } from "../constructs/existing-database";
import type { OurNetwork } from "../constructs/network";
import type { PrivateEndpoints } from "../constructs/private-endpoint";
import type { ResourceGroup } from "../constructs/resource-group";
import type { Environment } from "../model/environment";
import { namesOf } from "../model/naming";

/** Where a cluster is, as far as others are reached from there. */
export interface Surroundings {
  readonly egressAddresses: readonly { readonly ipAddress: string }[];
  readonly endpoints: PrivateEndpoints;
  readonly network: OurNetwork;
}

/** The database is somebody else's, and only the way to it ours; returns what must exist before pods look for it. */
export function createWayToDatabase(
  scope: Construct,
  { database }: Environment,
  { subscriptionId, ...surroundings }: Surroundings & { readonly subscriptionId: string },
): readonly TerraformResource[] {
  if (database.via === "none") return [];
  return new ExistingDatabase(scope, "database", { connection: database, subscriptionId, ...surroundings }).ready;
}

/** Where the whole audit log of a cluster is kept, if it is. */
export function createAuditArchive(
  scope: Construct,
  environment: Environment,
  { endpoints, resourceGroup }: { readonly endpoints: PrivateEndpoints; readonly resourceGroup: ResourceGroup },
): AuditArchive | undefined {
  const { auditArchive } = environment.logs;
  if (auditArchive.to !== "storage") return undefined;
  return new AuditArchive(scope, "audit-archive", {
    name: namesOf(environment).auditArchive,
    resourceGroup,
    keepDays: auditArchive.days,
    endpoints,
  });
}
