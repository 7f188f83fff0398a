import { StorageAccount } from "@cdktf/provider-azurerm/lib/storage-account";
import { StorageContainer } from "@cdktf/provider-azurerm/lib/storage-container";
import { Construct } from "constructs";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";
import { HARDENED_STORAGE } from "./support/hardened-storage";

export interface StateStorageProps {
  /** The people who may read and write every state. */
  readonly administrators: readonly Principal[];
  /** 3 to 24 lower-case letters and digits, unique in the world. */
  readonly name: string;
  readonly replication: "LRS" | "ZRS" | "GRS" | "GZRS";
  readonly resourceGroup: ResourceGroup;
  readonly softDeleteDays: number;
}

/**
 * Where Terraform states live: every write is a version, what is deleted can be recovered, and Entra is the only way
 * in. It is reachable from the internet, because the runners of GitHub and HCP Terraform have no fixed address.
 */
export class StateStorage extends Construct implements Scope {
  readonly id: string;
  readonly name: string;

  constructor(scope: Construct, id: string, props: StateStorageProps) {
    super(scope, id);
    const { administrators, name, replication, resourceGroup, softDeleteDays } = props;
    const account = new StorageAccount(this, "Default", {
      ...HARDENED_STORAGE,
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      accountReplicationType: replication,
      blobProperties: {
        versioningEnabled: true,
        deleteRetentionPolicy: { days: softDeleteDays },
        containerDeleteRetentionPolicy: { days: softDeleteDays },
      },
    });
    this.id = account.id;
    this.name = name;
    for (const principal of administrators) {
      new RoleAssignment(this, principal.name, { scope: this, role: "Storage Blob Data Contributor", principal });
    }
  }

  addContainer(name: string): StateContainer {
    return new StateContainer(this, `container-${name}`, { account: this, name });
  }
}

interface StateContainerProps {
  readonly account: StateStorage;
  readonly name: string;
}

/** The states of one environment. */
class StateContainer extends Construct implements Scope {
  readonly id: string;
  readonly name: string;

  constructor(scope: Construct, id: string, { account, name }: StateContainerProps) {
    super(scope, id);
    const container = new StorageContainer(this, "Default", { name, storageAccountId: account.id });
    this.id = container.id;
    this.name = `${account.name}/${name}`;
  }

  /** For planning: it reads the states and takes no lock (`-lock=false`). */
  grantRead(id: string, reader: Principal): void {
    new RoleAssignment(this, id, { scope: this, role: "Storage Blob Data Reader", principal: reader });
  }

  /** For deploying: it locks and writes the states. */
  grantWrite(id: string, writer: Principal): void {
    new RoleAssignment(this, id, { scope: this, role: "Storage Blob Data Contributor", principal: writer });
  }
}

export type { StateContainer };
