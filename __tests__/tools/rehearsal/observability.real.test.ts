import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { ActionGroup } from "../../../constructs/observability/action-group";
import { ALERT_GROUPS } from "../../../constructs/observability/cluster-alerts";
import { ClusterMetrics } from "../../../constructs/observability/cluster-metrics";
import { LogAlerts } from "../../../constructs/observability/log-alerts";
import { LOG_TABLES, type LogTable, LogTables } from "../../../constructs/observability/log-tables";
import { LogWorkspace } from "../../../constructs/observability/log-workspace";
import { OperationsWorkbook } from "../../../constructs/observability/operations-workbook";
import { PrometheusRules } from "../../../constructs/observability/prometheus-rules";
import { RECORDING_GROUPS } from "../../../constructs/observability/recordings";
import { PublicAddress } from "../../../constructs/public-address";
import { ground } from "../../support/provider-stack";
import { restage, stage } from "../../support/real-provider";
import { requires } from "../../support/requires";

const RUNBOOKS = "https://github.com/org/repo/blob/main/docs/runbooks";

/** Everything that watches a cluster; an address stands in for the cluster, because nothing here asks it anything. */
function observe(stack: TerraformStack, tables: readonly LogTable[]): void {
  const resourceGroup = ground(stack);
  const { id } = new PublicAddress(stack, "cluster", { name: "aks-test", resourceGroup, zones: [] });
  const actionGroup = new ActionGroup(stack, "alerts", {
    name: "ag-test",
    shortName: "test",
    resourceGroup,
    emails: ["a@b.invalid"],
  });
  const workspace = new LogWorkspace(stack, "logs", {
    name: "log-test",
    resourceGroup,
    retentionDays: 90,
    dailyCapGb: 5,
  });
  const metrics = new ClusterMetrics(stack, "metrics", {
    cluster: { id, name: "aks-test" },
    endpointName: "dce-test",
    name: "amw-test",
    resourceGroup,
    ruleName: "dcr-test-metrics",
  });
  const told = { actionGroup, resourceGroup, runbooks: RUNBOOKS };
  new PrometheusRules(stack, "rules", {
    actionGroupId: actionGroup.id,
    alerts: ALERT_GROUPS,
    cluster: { id, name: "aks-test" },
    metricsId: metrics.workspaceId,
    recordings: RECORDING_GROUPS,
    resourceGroup,
    runbooks: RUNBOOKS,
  });
  new LogAlerts(stack, "log-alerts", { ...told, workspace, dailyCapGb: 5, warnAtGbPerDay: 4 });
  new LogTables(stack, "tables", { retentionDays: 90, tables, workspace });
  new OperationsWorkbook(stack, "workbook", {
    resourceGroup,
    runbooks: RUNBOOKS,
    title: "Operations of test",
    workspace,
  });
}

describe("what watches a cluster", requires("azurerm provider"), () => {
  it("is applied, leaves nothing to plan, changes a table's plan in place, and is gone after a destroy", async () => {
    const staged = await stage((stack) => observe(stack, LOG_TABLES));
    const { azure, run, stop } = staged;
    try {
      await run.apply();
      await run.planIsEmpty();
      await run.idsAreComputable();
      const planOf = (table: string) =>
        azure.arm.store.ofType("microsoft.operationalinsights/workspaces/tables").find(({ id }) => id.name === table)
          ?.body.properties;
      expect(planOf("ContainerLogV2")).toMatchObject({ plan: "Basic", totalRetentionInDays: 30 });
      expect(planOf("AKSAuditAdmin")).toMatchObject({
        plan: "Analytics",
        retentionInDays: 90,
        totalRetentionInDays: 90,
      });

      await restage(staged, "longer", (stack) =>
        observe(stack, [
          { table: "AKSAuditAdmin", plan: "Analytics", totalRetentionInDays: 365 },
          { table: "ContainerLogV2", plan: "Analytics" },
        ]),
      );
      await run.apply();
      await run.planIsEmpty();
      expect(planOf("AKSAuditAdmin")).toMatchObject({ retentionInDays: 90, totalRetentionInDays: 365 });
      expect(planOf("ContainerLogV2")).toMatchObject({ plan: "Analytics", retentionInDays: 90 });

      await run.destroy();
      // But for the group that was there before.
      expect(azure.arm.store.all().map(({ id }) => id.key)).toEqual([expect.stringMatching(/\/rg-existing$/)]);
    } finally {
      await stop();
    }
  });
});
