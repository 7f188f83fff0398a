import { LogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/log-analytics-workspace";
import type { Construct } from "constructs";
import type { ResourceGroup } from "../resource-group";
import { LogDestination } from "./log-destination";

export interface LogWorkspaceProps {
  /** GB a day at which ingestion stops until the next day. @default no cap */
  readonly dailyCapGb?: number;
  readonly name: string;
  readonly resourceGroup: ResourceGroup;
  readonly retentionDays: number;
}

/** The Log Analytics workspace of an environment. */
export class LogWorkspace extends LogDestination {
  readonly id: string;
  protected readonly resourceGroup: ResourceGroup;

  constructor(scope: Construct, id: string, { dailyCapGb, name, resourceGroup, retentionDays }: LogWorkspaceProps) {
    super(scope, id);
    const workspace = new LogAnalyticsWorkspace(this, "Default", {
      name,
      resourceGroupName: resourceGroup.name,
      location: resourceGroup.location,
      sku: "PerGB2018",
      retentionInDays: retentionDays,
      // -1 is Azure's word for no cap.
      dailyQuotaGb: dailyCapGb ?? -1,
      // The provider reads the shared keys into the state; without local authentication they open nothing.
      localAuthenticationEnabled: false,
    });
    this.id = workspace.id;
    this.resourceGroup = resourceGroup;
  }
}
