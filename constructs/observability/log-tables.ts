import { LogAnalyticsWorkspaceTable } from "@cdktf/provider-azurerm/lib/log-analytics-workspace-table";
import { Construct } from "constructs";

export interface LogTable {
  /** Basic costs a fifth to take in and something for each query, and no alert can read it. */
  readonly plan: "Analytics" | "Basic";
  readonly table: string;
  /** Days until the rows are gone; what lies beyond the interactive retention is archived. @default no archive */
  readonly totalRetentionInDays?: number;
}

export interface LogTablesProps {
  /** Of the workspace: how long tables on the Analytics plan can be queried. */
  readonly retentionDays: number;
  /** @default LOG_TABLES */
  readonly tables?: readonly LogTable[];
  readonly workspace: { readonly id: string };
}

/**
 * The tables whose plan matters. Container output is most of the volume and read by people only. Alerts read the
 * others, so they say Analytics: a plan can be changed once a week (hashicorp/terraform-provider-azurerm#24341).
 */
export const LOG_TABLES: readonly LogTable[] = [
  { table: "AKSAuditAdmin", plan: "Analytics" },
  { table: "AKSControlPlane", plan: "Analytics" },
  { table: "ContainerLogV2", plan: "Basic" },
];

/** Fixed by Azure; it was 8 until 2024 (hashicorp/terraform-provider-azurerm#27558). */
const BASIC_RETENTION_DAYS = 30;

/** Days that Azure takes as total retention: up to two years, then whole years up to twelve (the provider's schema). */
const LONG_RETENTIONS = [1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018, 4383];

/**
 * The plan and retention of tables that Azure makes with the workspace: creating sets them, deleting resets the
 * retention and leaves the table to the workspace. Both retentions are always stated, because the provider reads them
 * back and would plan to remove what is not (hashicorp/terraform-provider-azurerm#31008).
 */
export class LogTables extends Construct {
  constructor(scope: Construct, id: string, { retentionDays, tables = LOG_TABLES, workspace }: LogTablesProps) {
    super(scope, id);
    const issues = tables.flatMap((table) => retentionIssues(table, retentionDays));
    if (issues.length > 0) throw new Error(issues.join("\n"));
    for (const { plan, table, totalRetentionInDays } of tables) {
      const interactive = interactiveDays(plan, retentionDays);
      new LogAnalyticsWorkspaceTable(this, table, {
        workspaceId: workspace.id,
        name: table,
        plan,
        // Not settable on Basic.
        retentionInDays: plan === "Analytics" ? interactive : undefined,
        totalRetentionInDays: totalRetentionInDays ?? interactive,
      });
    }
  }
}

const interactiveDays = (plan: LogTable["plan"], retentionDays: number) =>
  plan === "Basic" ? BASIC_RETENTION_DAYS : retentionDays;

function retentionIssues({ plan, table, totalRetentionInDays: days }: LogTable, retentionDays: number): string[] {
  if (days === undefined) return [];
  const least = interactiveDays(plan, retentionDays);
  const isTaken = (Number.isInteger(days) && days >= least && days <= 730) || LONG_RETENTIONS.includes(days);
  return isTaken
    ? []
    : [`${table}: got totalRetentionInDays ${days}, must be ${least} to 730, or one of ${LONG_RETENTIONS.join(", ")}`];
}
