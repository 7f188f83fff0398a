import { describe, expect, it } from "vitest";
import { LOG_TABLES } from "../../../constructs/observability/log-tables";
import { synthFluxAlerts } from "../../support/flux-alerts";
import { ACTION_GROUP_ID, unbalanced, WORKSPACE_ID } from "../../support/operations-fixture";
import { addressOf } from "../../support/order";
import type { Block } from "../../support/synth";

const TYPE = "azurerm_monitor_scheduled_query_rules_alert_v2";
const stack = synthFluxAlerts(["platform", "backend"]);
const alerts: Block[] = stack.all(TYPE);
const alert = (name: string): Block => alerts.find((one) => one.name === name) as Block;
const queryOf = (name: string): string => alert(name).criteria[0].query;

describe("FluxAlerts", () => {
  it("tell of a release that fails, a source that cannot be read and a release that is suspended", () => {
    expect(alerts.map(({ name, severity }) => [name, severity])).toEqual([
      ["flux-release-fails", 2],
      ["flux-release-suspended", 3],
      ["flux-source-fails", 2],
    ]);
    for (const { action, description, scopes } of alerts) {
      const [, runbook] = /Runbook: (\S+)$/.exec(description) ?? [];
      expect(runbook).toMatch(/^https:\/\/docs\.example\/runbooks\/flux-[a-z]+\.md$/);
      expect([action, scopes]).toEqual([
        { action_groups: [ACTION_GROUP_ID], custom_properties: { runbook } },
        [WORKSPACE_ID],
      ]);
    }
  });

  it("ask no table that no alert can read", () => {
    const basic = LOG_TABLES.filter(({ plan }) => plan === "Basic").map(({ table }) => table);
    for (const { criteria } of alerts) {
      const [table = ""] = criteria[0].query.split("\n");
      expect(basic).not.toContain(table);
      expect(unbalanced(criteria[0].query)).toBe("");
    }
  });

  it("find failures of a release in the warnings of its three objects, under the release's name", () => {
    expect(queryOf("flux-release-fails").split("\n| ")).toEqual([
      "KubeEvents",
      'where Namespace == "mmrv-gitops" and KubeEventType == "Warning"',
      'where ObjectKind in ("HelmRelease", "HelmChart", "Kustomization")',
      'where Reason !in ("DriftDetected", "InventoryBuildFailed", "NamespaceCheckSkipped")',
      'extend Release = case(ObjectKind == "Kustomization", substring(Name, 5), ObjectKind == "HelmChart", substring(Name, 12), Name)',
      'summarize Times = dcount(bin(TimeGenerated, 10m)), Own = countif(ObjectKind == "HelmRelease") by Release',
      "where Own > 0 or Times >= 3",
    ]);
    expect(["mmrv-backend".slice(5), "mmrv-gitops-backend".slice(12)]).toEqual(["backend", "backend"]);
    expect(alert("flux-release-fails").criteria[0].dimension).toEqual([
      { name: "Release", operator: "Include", values: ["*"] },
    ]);
  });

  it("keep a release that failed until somebody closes it: Flux says it once, and the hour is over soon", () => {
    expect(alert("flux-release-fails")).toMatchObject({
      auto_mitigation_enabled: false,
      evaluation_frequency: "PT15M",
      mute_actions_after_alert_duration: "PT6H",
      window_duration: "PT1H",
    });
  });

  it("tell of a source once it has failed in three parts of an hour, and not of one hiccup", () => {
    expect(queryOf("flux-source-fails").split("\n| ").slice(2)).toEqual([
      'where ObjectKind in ("GitRepository")',
      "summarize Times = dcount(bin(TimeGenerated, 10m)) by Name",
      "where Times >= 3",
    ]);
    expect(alert("flux-source-fails")).toMatchObject({
      auto_mitigation_enabled: true,
      evaluation_frequency: "PT15M",
      window_duration: "PT1H",
    });
    expect(alert("flux-source-fails")).not.toHaveProperty("identity");
  });

  it("look once a day for what is suspended of the releases that Flux shall deliver, and tell each day again", () => {
    expect(queryOf("flux-release-suspended").split("\n| ")).toEqual([
      'arg("").kubernetesconfigurationresources',
      'where type =~ "microsoft.kubernetesconfiguration/fluxconfigurations"',
      'where resourceGroup =~ "rg-test" and name =~ "mmrv"',
      "mv-expand status = properties.statuses limit 400",
      'where tostring(status.kind) == "HelmRelease" and tostring(status.complianceState) == "Suspended"',
      "project Release = tostring(status.name)",
      'where Release in ("platform", "backend")',
    ]);
    expect(alert("flux-release-suspended")).toMatchObject({
      auto_mitigation_enabled: false,
      evaluation_frequency: "P1D",
      window_duration: "P1D",
    });
    expect(alert("flux-release-suspended")).not.toHaveProperty("mute_actions_after_alert_duration");
  });

  it("ask Azure as an identity that reads the group and does nothing else, once it may", () => {
    const identity = "azurerm_user_assigned_identity";
    expect(alert("flux-release-suspended").identity).toEqual({
      type: "UserAssigned",
      identity_ids: [`\${${addressOf(stack, identity)}.id}`],
    });
    expect(stack.one("azurerm_role_assignment")).toMatchObject({
      scope: "/subscriptions/s/resourceGroups/rg-test",
      role_definition_name: "Reader",
      principal_id: `\${${addressOf(stack, identity)}.principal_id}`,
    });
    expect(alert("flux-release-suspended").depends_on).toEqual([addressOf(stack, "azurerm_role_assignment")]);
  });

  it("have none of suspensions, and nobody who asks, while every release is only being handed over", () => {
    const before = synthFluxAlerts([]);
    expect(before.all(TYPE).map(({ name }: Block) => name)).toEqual(["flux-release-fails", "flux-source-fails"]);
    expect([before.all("azurerm_user_assigned_identity"), before.all("azurerm_role_assignment")]).toEqual([[], []]);
  });
});
