import { describe, expect, it } from "vitest";
import { ActionGroup } from "../../constructs/action-group";
import { ApplicationFoundation } from "../../constructs/application-foundation";
import { Budget } from "../../constructs/budget";
import { ContainerRegistry } from "../../constructs/container-registry";
import { ExistingIdentity } from "../../constructs/existing-identity";
import { KeyVault } from "../../constructs/key-vault";
import { LogWorkspace } from "../../constructs/log-workspace";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { PublicAddress } from "../../constructs/public-address";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

const VAULT = { name: "kv-test", purgeProtection: true, softDeleteDays: 90, tenantId: "t" };

describe("KeyVault", () => {
  it("uses roles, and denies whoever is not in its ranges", () => {
    const { one } = synthStack((stack) => {
      new KeyVault(stack, "vault", {
        ...VAULT,
        resourceGroup: ground(stack),
        network: { allowedRanges: ["203.0.113.0/29"] },
      });
    });
    expect(one("azurerm_key_vault")).toMatchObject({
      rbac_authorization_enabled: true,
      purge_protection_enabled: true,
      soft_delete_retention_days: 90,
      network_acls: { default_action: "Deny", bypass: "AzureServices", ip_rules: ["203.0.113.0/29"] },
    });
  });
});

describe("LogWorkspace", () => {
  const { one } = synthStack((stack) => {
    const resourceGroup = ground(stack);
    const logs = new LogWorkspace(stack, "logs", { name: "log-test", resourceGroup, retentionDays: 30 });
    const address = new PublicAddress(stack, "address", { name: "pip", resourceGroup, zones: [] });
    logs.collect(address, ["DDoSProtectionNotifications"], "dedicated");
    logs.collectContainers(address, "dcr-test");
  });

  it("has no cap unless told, and no key that opens anything", () => {
    expect(one("azurerm_log_analytics_workspace")).toMatchObject({
      daily_quota_gb: -1,
      local_authentication_enabled: false,
    });
  });

  it("collects the categories that are named, into tables of their own when asked", () => {
    expect(one("azurerm_monitor_diagnostic_setting")).toMatchObject({
      enabled_log: [{ category: "DDoSProtectionNotifications" }],
      log_analytics_destination_type: "Dedicated",
    });
  });

  it("wires the collection rule completely: source, flow, destination, and the association that the agent looks for", () => {
    const rule = one("azurerm_monitor_data_collection_rule");
    const [destination] = rule.destinations.log_analytics;
    expect(rule.data_flow).toEqual([
      { streams: rule.data_sources.extension[0].streams, destinations: [destination.name] },
    ]);
    expect(rule.data_sources.extension[0]).toMatchObject({
      extension_name: "ContainerInsights",
      name: "ContainerInsightsExtension",
    });
    expect(one("azurerm_monitor_data_collection_rule_association")).toMatchObject({
      name: "ContainerInsightsExtension",
      data_collection_rule_id: expect.stringContaining("azurerm_monitor_data_collection_rule."),
    });
  });
});

describe("Budget", () => {
  it("warns at 80 % and 100 % of what was spent and at 100 % of the forecast, by mail and by the action group", () => {
    const { one } = synthStack((stack) => {
      const actionGroup = new ActionGroup(stack, "alerts", {
        name: "ag",
        shortName: "ag",
        resourceGroup: ground(stack),
        emails: ["a@b.invalid"],
      });
      new Budget(stack, "budget", {
        name: "b",
        actionGroup,
        contactEmails: ["c@d.invalid"],
        monthlyLimit: 100,
        resourceGroupNames: ["rg", "rg-nodes"],
        startDate: "2026-12-01",
        subscriptionId: "/subscriptions/s",
      });
    });
    const budget = one("azurerm_consumption_budget_subscription");
    expect(
      budget.notification.map(
        ({ threshold, threshold_type }: { threshold: number; threshold_type: string }) =>
          `${threshold} ${threshold_type}`,
      ),
    ).toEqual(["80 Actual", "100 Actual", "100 Forecasted"]);
    expect(budget).toMatchObject({
      time_period: { start_date: "2026-12-01T00:00:00Z" },
      filter: { dimension: [{ name: "ResourceGroupName", values: ["rg", "rg-nodes"] }] },
    });
    for (const notification of budget.notification) {
      expect(notification).toMatchObject({
        contact_emails: ["c@d.invalid"],
        contact_groups: ["${azurerm_monitor_action_group.alerts.id}"],
      });
    }
  });
});

describe("Budget of a whole subscription", () => {
  const budget = synthStack((stack) => {
    ground(stack);
    new Budget(stack, "budget", {
      name: "b",
      contactEmails: ["c@d.invalid"],
      monthlyLimit: 2500,
      startDate: "2026-12-01",
      subscriptionId: "/subscriptions/s",
    });
  }).one("azurerm_consumption_budget_subscription");

  it("counts everything: it has no filter", () => {
    expect(budget).toMatchObject({ amount: 2500, subscription_id: "/subscriptions/s", time_grain: "Monthly" });
    expect(budget).not.toHaveProperty("filter");
  });

  it("is told by mail alone, without an action group", () => {
    expect(budget.notification).toHaveLength(3);
    for (const notification of budget.notification) {
      expect(notification.contact_emails).toEqual(["c@d.invalid"]);
      expect(notification).not.toHaveProperty("contact_groups");
    }
  });
});

describe("ExistingIdentity", () => {
  it("says in one sentence what is missing and who makes it, before the direct look-up can fail", () => {
    const { json } = synthStack((stack) => {
      ground(stack);
      new ExistingIdentity(stack, "deployer", {
        name: "id-deploy",
        resourceGroupName: "rg-bootstrap",
        madeBy: "phase 0",
      });
    });
    const [[address, found]] = Object.entries<{ lifecycle: object }>(json.data.azurerm_resources) as [
      [string, { lifecycle: object }],
    ];
    expect(found.lifecycle).toEqual({
      postcondition: [
        {
          condition: "${length(self.resources) == 1}",
          error_message:
            "The managed identity id-deploy is missing in the resource group rg-bootstrap: it is made by phase 0.",
        },
      ],
    });
    expect(json.data.azurerm_user_assigned_identity.deployer.depends_on).toEqual([`data.azurerm_resources.${address}`]);
  });
});

describe("PublicAddress", () => {
  it("is static, zone-redundant, and found under its label", () => {
    const { one } = synthStack((stack) => {
      new PublicAddress(stack, "address", {
        name: "pip",
        resourceGroup: ground(stack),
        zones: ["1", "2", "3"],
        dnsLabel: "mmrv",
      });
    });
    expect(one("azurerm_public_ip")).toMatchObject({
      allocation_method: "Static",
      sku: "Standard",
      zones: ["1", "2", "3"],
      domain_name_label: "mmrv",
    });
  });
});

describe("ApplicationFoundation", () => {
  const { all } = synthStack((stack) => {
    const resourceGroup = ground(stack);
    new ApplicationFoundation(stack, "app", {
      identityName: "id-app",
      pipeline: { identityName: "id-push", jobs: [{ id: "github", repository: "org/app", environment: "staging" }] },
      registry: new ContainerRegistry(stack, "registry", { name: "crtest", resourceGroup, tier: { tier: "Standard" } }),
      resourceGroup,
      deployer: new ManagedIdentity(stack, "deployer", { name: "id-deploy", resourceGroup }),
      vault: { ...VAULT, network: { allowedRanges: [] } },
    });
  });

  it("lets the pipeline push, the deployer write secrets, and the application read its own secrets", () => {
    const roles = all("azurerm_role_assignment").map(({ role_definition_name, principal_id }) => [
      role_definition_name,
      principal_id,
    ]);
    expect(roles).toEqual([
      ["Key Vault Secrets User", expect.stringContaining("app_identity")],
      ["Key Vault Secrets Officer", "${azurerm_user_assigned_identity.deployer.principal_id}"],
      ["AcrPush", expect.stringContaining("app_push-identity")],
    ]);
  });
});
