import { DataAzurermMonitorActionGroup } from "@cdktf/provider-azurerm/lib/data-azurerm-monitor-action-group";
import { Construct } from "constructs";
import { requireExisting } from "../support/require-existing";

export interface ExistingActionGroupProps {
  /** Who makes it, as the end of "it is made by …". */
  readonly madeBy: string;
  readonly name: string;
  readonly resourceGroupName: string;
}

/** Who is told when something breaks, as another stack says it. */
export class ExistingActionGroup extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, { madeBy, name, resourceGroupName }: ExistingActionGroupProps) {
    super(scope, id);
    const found = requireExisting(this, {
      type: "Microsoft.Insights/actionGroups",
      name,
      resourceGroupName,
      what: "The action group",
      remedy: `it is made by ${madeBy}`,
    });
    const group = new DataAzurermMonitorActionGroup(this, "Default", { name, resourceGroupName, dependsOn: [found] });
    this.id = group.id;
  }
}
