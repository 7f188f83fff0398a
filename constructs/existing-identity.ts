import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity";
import { Construct } from "constructs";
import type { Principal } from "./role-assignment";
import { mustExist } from "./support/must-exist";

export interface ExistingIdentityProps {
  readonly name: string;
  readonly resourceGroupName: string;
  /** Who makes it, as the end of "it is made by …". */
  readonly madeBy: string;
}

/** A managed identity that another stack makes, looked up by name. */
export class ExistingIdentity extends Construct implements Principal {
  readonly name: string;
  readonly principalId: string;

  constructor(scope: Construct, id: string, { name, resourceGroupName, madeBy }: ExistingIdentityProps) {
    super(scope, id);
    const found = mustExist(this, {
      type: "Microsoft.ManagedIdentity/userAssignedIdentities",
      name,
      resourceGroupName,
      what: "The managed identity",
      remedy: `it is made by ${madeBy}`,
    });
    const identity = new DataAzurermUserAssignedIdentity(this, "Default", {
      name,
      resourceGroupName,
      dependsOn: [found],
    });
    this.name = name;
    this.principalId = identity.principalId;
  }
}
