import { DataAzurermPublicIp } from "@cdktf/provider-azurerm/lib/data-azurerm-public-ip";
import { Construct } from "constructs";
import { requireExisting } from "./support/require-existing";

export interface ExistingAddressProps {
  /** Who makes it, as the end of "it is made by …". */
  readonly madeBy: string;
  readonly name: string;
  readonly resourceGroupName: string;
}

/** A public address that another stack makes, looked up by name. */
export class ExistingAddress extends Construct {
  readonly id: string;
  readonly ipAddress: string;

  constructor(scope: Construct, id: string, { madeBy, name, resourceGroupName }: ExistingAddressProps) {
    super(scope, id);
    const found = requireExisting(this, {
      type: "Microsoft.Network/publicIPAddresses",
      name,
      resourceGroupName,
      what: "The public address",
      remedy: `it is made by ${madeBy}`,
    });
    const address = new DataAzurermPublicIp(this, "Default", { name, resourceGroupName, dependsOn: [found] });
    this.id = address.id;
    this.ipAddress = address.ipAddress;
  }
}
