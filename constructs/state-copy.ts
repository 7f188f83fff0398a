import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { StorageManagementPolicy } from "@cdktf/provider-azurerm/lib/storage-management-policy";
import { Construct } from "constructs";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";
import { HARDENED_STORAGE } from "./support/hardened-storage";

export interface StateCopyProps {
  /** The people who may read every copy; nobody but the copier writes. */
  readonly administrators: readonly Principal[];
  /** Reads the states and writes here, and does nothing else. */
  readonly copier: Principal;
  readonly containerName: string;
  /** How long no version can be deleted; afterwards Azure deletes it. */
  readonly keepDays: number;
  /** 3 to 24 lower-case letters and digits, unique in the world. */
  readonly name: string;
  readonly replication: "LRS" | "ZRS" | "GRS" | "GZRS";
  readonly resourceGroup: ResourceGroup;
  /** Whether nobody can shorten `keepDays` any more, owners included. Azure wants it unlocked at the account's birth. */
  readonly retention: "unlocked" | "locked";
}

/**
 * Where copies of states lie that nobody can take away: each write is a version, and a policy of the account keeps every
 * version for its time, from whoever may write here too
 * (learn.microsoft.com/azure/storage/blobs/immutable-version-level-worm-policies).
 */
export class StateCopy extends Construct implements Scope {
  readonly id: string;
  readonly name: string;

  constructor(scope: Construct, id: string, props: StateCopyProps) {
    super(scope, id);
    const { administrators, containerName, copier, keepDays, name, replication, resourceGroup, retention } = props;
    const account = new StorageAccount(this, "Default", {
      ...HARDENED_STORAGE,
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      accountReplicationType: replication,
      blobProperties: {
        versioningEnabled: true,
        deleteRetentionPolicy: { days: 7 },
        containerDeleteRetentionPolicy: { days: 7 },
      },
      immutabilityPolicy: {
        allowProtectedAppendWrites: false,
        periodSinceCreationInDays: keepDays,
        state: retention === "locked" ? "Locked" : "Unlocked",
      },
    });
    this.id = account.id;
    this.name = name;
    const container = new StorageContainer(this, "container", { name: containerName, storageAccountId: account.id });
    new StorageManagementPolicy(this, "forget", {
      storageAccountId: account.id,
      rule: [
        {
          name: "forget",
          enabled: true,
          filters: { blobTypes: ["blockBlob"] },
          // Previous ones alone: the newest copy of a state stays, also when nobody copies it any more.
          actions: { version: { deleteAfterDaysSinceCreation: keepDays } },
        },
      ],
    });
    for (const principal of administrators)
      new RoleAssignment(this, principal.name, { scope: this, role: "Storage Blob Data Reader", principal });
    // No built-in role writes without deleting; the policy takes that part of it away.
    new RoleAssignment(this, "copier", {
      scope: { id: container.id, name: `${name}/${containerName}` },
      role: "Storage Blob Data Contributor",
      principal: copier,
    });
  }
}
