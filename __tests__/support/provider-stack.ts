import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { TerraformStack } from "cdktf";
import { ClusterAccess } from "../../constructs/cluster-access";
import { ExistingCluster } from "../../constructs/existing-cluster";
import { pinAzurerm } from "../../constructs/support/azurerm-version";
import type { Environment } from "../../model/environment";

/** The provider as every stack configures it, and a resource group to put things in. */
export function ground(stack: TerraformStack): ResourceGroup {
  new AzurermProvider(stack, "azurerm", { resourceProviderRegistrations: "none", features: [{}] });
  pinAzurerm(stack);
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
