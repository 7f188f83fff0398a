import { describe, expect, it } from "vitest";
import { LogTables, type LogTablesProps } from "../../../constructs/observability/log-tables";
import { workspaceOf } from "../../support/operations-fixture";
import { type Block, synthStack } from "../../support/synth";

describe("LogTables", () => {
  const tables = (more: Partial<LogTablesProps> = {}): Block[] =>
    synthStack((stack) => {
      new LogTables(stack, "tables", { retentionDays: 90, workspace: workspaceOf(stack), ...more });
    }).all("azurerm_log_analytics_workspace_table");

  it("states both retentions on Analytics, and only the total on Basic, where the other is refused", () => {
    expect(tables()).toEqual([
      expect.objectContaining({ name: "AKSAuditAdmin", retention_in_days: 90, total_retention_in_days: 90 }),
      expect.objectContaining({ name: "AKSControlPlane", retention_in_days: 90, total_retention_in_days: 90 }),
      expect.objectContaining({ name: "ContainerLogV2", plan: "Basic", total_retention_in_days: 30 }),
    ]);
    expect(tables()[2]).not.toHaveProperty("retention_in_days");
  });

  it("keeps an archive when told", () => {
    const [audit] = tables({ tables: [{ table: "AKSAuditAdmin", plan: "Analytics", totalRetentionInDays: 2556 }] });
    expect(audit).toMatchObject({ retention_in_days: 90, total_retention_in_days: 2556 });
  });

  it("refuses days that Azure does not take, all at once", () => {
    expect(() =>
      tables({
        tables: [
          { table: "A_CL", plan: "Analytics", totalRetentionInDays: 60 },
          { table: "B_CL", plan: "Basic", totalRetentionInDays: 1000 },
        ],
      }),
    ).toThrow(
      /A_CL: got totalRetentionInDays 60, must be 90 to 730.*\nB_CL: got totalRetentionInDays 1000, must be 30/,
    );
  });
});
