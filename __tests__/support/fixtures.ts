import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { TerraformStack } from "cdktf";

/** The provider as every stack configures it, and a resource group to put things in. */
export function ground(stack: TerraformStack): ResourceGroup {
  new AzurermProvider(stack, "azurerm", { resourceProviderRegistrations: "none", features: [{}] });
  return new ResourceGroup(stack, "group", { name: "rg-test", location: "eastus2" });
}
