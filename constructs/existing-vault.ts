import { DataAzurermKeyVault } from "@cdktf/provider-azurerm/lib/data-azurerm-key-vault";
import { Construct } from "constructs";
import { requireExisting } from "./support/require-existing";

export interface ExistingVaultProps {
  readonly name: string;
  readonly resourceGroupName: string;
  /** Who makes it, as the end of "it is made by …". */
  readonly madeBy: string;
}

/** A key vault that another stack makes, looked up by name. */
export class ExistingVault extends Construct {
  readonly name: string;
  readonly tenantId: string;

  constructor(scope: Construct, id: string, { name, resourceGroupName, madeBy }: ExistingVaultProps) {
    super(scope, id);
    const found = requireExisting(this, {
      type: "Microsoft.KeyVault/vaults",
      name,
      resourceGroupName,
      what: "The key vault",
      remedy: `it is made by ${madeBy}`,
    });
    const vault = new DataAzurermKeyVault(this, "Default", { name, resourceGroupName, dependsOn: [found] });
    this.name = name;
    this.tenantId = vault.tenantId;
  }
}
