import { MonitorDiagnosticSetting } from "@cdktf/provider-azurerm/lib/monitor-diagnostic-setting";
import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
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
    this.endpoints = [endpoints.attach(this, "blob")];
  }

  /** Archives the named resource logs of `source`. */
  collect(source: Construct & { readonly id: string }, categories: readonly string[]): void {
    new MonitorDiagnosticSetting(source, "archive", {
      name: "to-archive",
      targetResourceId: source.id,
      storageAccountId: this.id,
      enabledLog: categories.map((category) => ({ category })),
    });
  }
}
