import { DataAzurermResources } from "@cdktf/provider-azurerm/lib/data-azurerm-resources";
import type { Construct } from "constructs";

export interface DesiredArtifacts {
  readonly name: string;
  readonly resourceGroupName: string;
  /** As Azure calls it, such as Microsoft.Sql/servers. */
  readonly type: string;
  /** What it is, as the beginning of a sentence. */
  readonly what: string;
  /** Where it should come from, as the end of that sentence. */
  readonly remedy: string;
}

/**
 * Says in one sentence what is missing. It is a list, because a direct look-up of something that is not there fails
 * with the provider's words, before any postcondition; the direct one depends on this.
 */
export function requireExisting(
  scope: Construct,
  { name, remedy, resourceGroupName, type, what }: DesiredArtifacts,
): DataAzurermResources {
  return new DataAzurermResources(scope, "found", {
    type,
    name,
    resourceGroupName,
    lifecycle: {
      postcondition: [
        {
          condition: "${length(self.resources) == 1}",
          errorMessage: `${what} ${name} is missing in the resource group ${resourceGroupName}: ${remedy}.`,
        },
      ],
    },
  });
}
