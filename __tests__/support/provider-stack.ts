import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { TerraformStack } from "cdktf";
import { ClusterAccess } from "../../constructs/cluster-access";
import { ExistingCluster } from "../../constructs/existing-cluster";
import { pinAzurerm } from "../../constructs/support/azurerm-version";
import type { Environment } from "../../model/environment";

/** A resource group that is there already, as bootstrap leaves one; a local Azure of `stage` has it. */
export const EXISTING_GROUP = { name: "rg-existing", location: "eastus2" } as const;

/** The provider as every stack configures it. */
export function provider(stack: TerraformStack): void {
  new AzurermProvider(stack, "azurerm", { resourceProviderRegistrations: "none", features: [{}] });
  pinAzurerm(stack);
}

/** The same, and a resource group to put things in. */
export function ground(stack: TerraformStack): ResourceGroup {
  provider(stack);
  return new ResourceGroup(stack, "group", { name: "rg-test", location: "eastus2" });
}

/** A stack with each provider that can be had for tests. */
export function everyProvider(stack: TerraformStack): void {
  ground(stack);
  new ClusterAccess(
    stack,
    "access",
    new ExistingCluster(stack, "cluster", { name: "aks", resourceGroupName: "rg", madeBy: "a test" }),
  );
}

/** An environment that needs no other: production's images come from staging. */
export const alone = (environment: Environment): Environment => ({ ...environment, images: { from: "build" } });
