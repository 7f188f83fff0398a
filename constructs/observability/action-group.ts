import { MonitorActionGroup } from "@cdktf/provider-azurerm/lib/monitor-action-group";
import { Construct } from "constructs";
import type { ResourceGroup } from "../resource-group";

export interface ActionGroupProps {
  readonly emails: readonly string[];
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
  /** The sender's name in messages: 1 to 12 characters. */
  readonly shortName: string;
}

/** Who is told when something breaks. */
export class ActionGroup extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, { emails, name, resourceGroup, shortName }: ActionGroupProps) {
    super(scope, id);
    const group = new MonitorActionGroup(this, "Default", {
      name,
      resourceGroupName: resourceGroup.name,
      shortName,
      emailReceiver: emails.map((emailAddress, index) => ({ name: `mail-${index + 1}`, emailAddress })),
    });
    this.id = group.id;
  }
}
