import { DataAzurermResources } from "@cdktf/provider-azurerm/lib/data-azurerm-resources";
import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity";
import { Construct } from "constructs";
import type { Principal } from "./role-assignment";

export interface ExistingIdentityProps {
  readonly name: string;
  readonly resourceGroupName: string;
  /** Who makes it, as the end of "it is made by …". */
  readonly madeBy: string;
}

/**
 * A managed identity that another stack makes, looked up by name. The list comes first, because a direct look-up of
 * something that is not there fails with the provider's words, before any postcondition.
 */
export class ExistingIdentity extends Construct implements Principal {
  readonly name: string;
  readonly principalId: string;

  constructor(scope: Construct, id: string, { name, resourceGroupName, madeBy }: ExistingIdentityProps) {
    super(scope, id);
    const found = new DataAzurermResources(this, "found", {
      type: "Microsoft.ManagedIdentity/userAssignedIdentities",
      name,
      resourceGroupName,
      lifecycle: {
        postcondition: [
          {
            condition: "${length(self.resources) == 1}",
            errorMessage: `The managed identity ${name} is missing in the resource group ${resourceGroupName}: it is made by ${madeBy}.`,
          },
        ],
      },
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
