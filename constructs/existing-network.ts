import { Construct } from "constructs";
import type { ExistingGroup } from "./existing-group";
import type { OurNetwork, OurSubnet } from "./network";
import { requireExisting } from "./support/require-existing";

export interface ExistingNetworkProps {
  /** Who makes it, as the end of "it is made by …". */
  readonly madeBy: string;
  readonly name: string;
  readonly resourceGroup: ExistingGroup;
}

/** A virtual network that another stack makes. Its id and those of its subnets follow from their names. */
export class ExistingNetwork extends Construct implements OurNetwork {
  readonly id: string;
  readonly name: string;
  readonly networkName: string;
  readonly resourceGroup: ExistingGroup;

  constructor(scope: Construct, id: string, { madeBy, name, resourceGroup }: ExistingNetworkProps) {
    super(scope, id);
    requireExisting(this, {
      type: "Microsoft.Network/virtualNetworks",
      name,
      resourceGroupName: resourceGroup.name,
      what: "The virtual network",
      remedy: `it is made by ${madeBy}`,
    });
    this.id = `${resourceGroup.id}/providers/Microsoft.Network/virtualNetworks/${name}`;
    this.name = name;
    this.networkName = name;
    this.resourceGroup = resourceGroup;
  }

  subnet(name: string): OurSubnet {
    return { id: `${this.id}/subnets/${name}`, name: `${this.name}/${name}`, ready: [] };
  }
}
