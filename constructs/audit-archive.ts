import { MonitorDiagnosticSetting } from "@cdktf/provider-azurerm/lib/monitor-diagnostic-setting";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { StorageContainerImmutabilityPolicy } from "@cdktf/provider-azurerm/lib/storage-container-immutability-policy";
import { StorageManagementPolicy } from "@cdktf/provider-azurerm/lib/storage-management-policy";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { PrivateEndpoints } from "./private-endpoint";
import type { ResourceGroup } from "./resource-group";
import { HARDENED_STORAGE } from "./support/hardened-storage";

export interface AuditArchiveProps {
  readonly endpoints: PrivateEndpoints;
  readonly keepDays: number;
  /** 3 to 24 lower-case letters and digits, unique in the world. */
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
}

/**
 * Where audit logs go that are too many for a workspace: readable from inside the network only, and written by Azure
 * Monitor, which as a trusted service comes before every other restriction, public access switched off included
 * (learn.microsoft.com/azure/storage/common/storage-network-security-limitations).
 */
export class AuditArchive extends Construct {
  readonly id: string;
  readonly name: string;
  /** Its private endpoint. */
  readonly endpoints: readonly TerraformResource[];
  private readonly keepDays: number;

  constructor(scope: Construct, id: string, { endpoints, keepDays, name, resourceGroup }: AuditArchiveProps) {
    super(scope, id);
    const account = new StorageAccount(this, "Default", {
      ...HARDENED_STORAGE,
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      accountReplicationType: "GZRS",
      publicNetworkAccessEnabled: false,
      networkRules: { defaultAction: "Deny", bypass: ["AzureServices"] },
      blobProperties: { deleteRetentionPolicy: { days: 7 }, containerDeleteRetentionPolicy: { days: 7 } },
    });
    new StorageManagementPolicy(this, "retention", {
      storageAccountId: account.id,
      rule: [
        {
          name: "forget",
          enabled: true,
          filters: { blobTypes: ["appendBlob"] },
          actions: { baseBlob: { deleteAfterDaysSinceModificationGreaterThan: keepDays } },
        },
      ],
    });
    this.id = account.id;
    this.name = name;
    this.keepDays = keepDays;
    this.endpoints = [endpoints.attach(this, "blob")];
  }

  /** Archives the named resource logs of `source`; what is there can be added to, and neither altered nor deleted. */
  collect(source: Construct & { readonly id: string }, categories: readonly string[]): void {
    const dependsOn = categories.map((category) => this.keepUnaltered(category));
    new MonitorDiagnosticSetting(source, "archive", {
      name: "to-archive",
      targetResourceId: source.id,
      storageAccountId: this.id,
      enabledLog: categories.map((category) => ({ category })),
      dependsOn,
    });
  }

  /**
   * Makes the container of a category before Azure Monitor does, under the name that this gives it
   * (learn.microsoft.com/azure/azure-monitor/platform/resource-logs), so that its blobs are immutable from the first on: for
   * as long as they are kept, counted from the last block (learn.microsoft.com/azure/storage/blobs/immutable-container-level-worm-policies).
   * Unlocked: a lock could never be taken back, and would outlive the environment.
   */
  private keepUnaltered(category: string): TerraformResource {
    const container = new StorageContainer(this, category, {
      name: `insights-logs-${category.toLowerCase()}`,
      storageAccountId: this.id,
    });
    return new StorageContainerImmutabilityPolicy(this, `${category}-immutable`, {
      storageContainerResourceManagerId: container.id,
      immutabilityPeriodInDays: this.keepDays,
      // Azure Monitor appends to the blob of the hour.
      protectedAppendWritesEnabled: true,
    });
  }
}
