import type { Construct } from "constructs";
import type { ExistingGroup } from "../existing-group";
import { requireExisting } from "../support/require-existing";
import { LogDestination } from "./log-destination";

export interface ExistingLogWorkspaceProps {
  /** Who makes it, as the end of "it is made by …". */
  readonly madeBy: string;
  readonly name: string;
  readonly resourceGroup: ExistingGroup;
}

/** A Log Analytics workspace that another stack makes. Its id follows from its name. */
export class ExistingLogWorkspace extends LogDestination {
  readonly id: string;
  protected readonly resourceGroup: ExistingGroup;

  constructor(scope: Construct, id: string, { madeBy, name, resourceGroup }: ExistingLogWorkspaceProps) {
    super(scope, id);
    requireExisting(this, {
      type: "Microsoft.OperationalInsights/workspaces",
      name,
      resourceGroupName: resourceGroup.name,
      what: "The Log Analytics workspace",
      remedy: `it is made by ${madeBy}`,
    });
    this.id = `${resourceGroup.id}/providers/Microsoft.OperationalInsights/workspaces/${name}`;
    this.resourceGroup = resourceGroup;
  }
}
