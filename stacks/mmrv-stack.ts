import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { Aspects, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { DeletionGuard } from "../constructs/support/deletion-guard";
import { override } from "../constructs/support/override";
import { TagEverything } from "../constructs/support/tags";
import type { Environment } from "../environments/environment";
import { keepState } from "./state";

/** What every stack of an environment has: its own state, the Azure provider, tags, and the deletion guard. */
export class MmrvStack extends TerraformStack {
  constructor(
    scope: Construct,
    id: string,
    readonly environment: Environment,
  ) {
    super(scope, id);
    override(this, "terraform.required_version", "~> 1.11", "CDKTF has no property for it");
    keepState(this, id);
    new AzurermProvider(this, "azurerm", {
      subscriptionId: environment.subscriptionId,
      // Registered once in phase 0: deploy identities have no right to.
      resourceProviderRegistrations: "none",
      storageUseAzuread: true,
      features: [
        {
          keyVault: [{ purgeSoftDeleteOnDestroy: false, recoverSoftDeletedKeyVaults: true }],
          // A group that still holds what Terraform does not know is not deleted with it.
          resourceGroup: [{ preventDeletionIfContainsResources: true }],
        },
      ],
    });
    Aspects.of(this).add(
      new TagEverything({ application: "mmrv", environment: environment.name, managedBy: "cdktf", stack: id }),
    );
    if (environment.deletionGuard) Aspects.of(this).add(new DeletionGuard());
  }
}
