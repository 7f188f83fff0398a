import { describe, expect, it } from "vitest";
import { AuditArchive } from "../../constructs/audit-archive";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { PublicAddress } from "../../constructs/public-address";
import { StateStorage } from "../../constructs/state-storage";
import { endpointsOf } from "../support/network-fixture";
import { ground } from "../support/provider-stack";
import { type Synthesized, synthStack } from "../support/synth";

const archive = (keepDays = 400) =>
  synthStack((stack) => {
    const { endpoints, resourceGroup } = endpointsOf(stack);
    const made = new AuditArchive(stack, "archive", { name: "stmmrv", resourceGroup, keepDays, endpoints });
    const source = new PublicAddress(stack, "source", { name: "pip", resourceGroup, zones: [] });
    made.collect(source, ["kube-audit"]);
  });
const states = () =>
  synthStack((stack) => {
    const resourceGroup = ground(stack);
    const storage = new StateStorage(stack, "states", {
      name: "stmmrvstate",
      resourceGroup,
      replication: "GZRS",
      softDeleteDays: 30,
      administrators: [{ name: "administrators-1", principalId: "5f1c0d4e", type: "Group" }],
    });
    const container = storage.addContainer("staging");
    container.grantRead("planner", new ManagedIdentity(stack, "plan", { name: "id-plan", resourceGroup }));
    container.grantWrite("deployer", new ManagedIdentity(stack, "deploy", { name: "id-deploy", resourceGroup }));
  });

describe.each<[string, () => Synthesized]>([
  ["AuditArchive", archive],
  ["StateStorage", states],
])("the account of %s", (_, make) => {
  it("is opened by Entra alone: no key, no local user, nothing anonymous", () => {
    expect(make().one("azurerm_storage_account")).toMatchObject({
      shared_access_key_enabled: false,
      default_to_oauth_authentication: true,
      local_user_enabled: false,
      allow_nested_items_to_be_public: false,
      cross_tenant_replication_enabled: false,
      https_traffic_only_enabled: true,
      min_tls_version: "TLS1_2",
      infrastructure_encryption_enabled: true,
    });
  });
});

describe("StateStorage", () => {
  const { one, all } = states();
  const roles = all("azurerm_role_assignment").map(
    ({ role_definition_name, principal_type, scope }) => `${role_definition_name}, ${principal_type}: ${scope}`,
  );

  it("keeps every version of a state, and what was deleted", () => {
    expect(one("azurerm_storage_account")).toMatchObject({
      account_replication_type: "GZRS",
      blob_properties: {
        versioning_enabled: true,
        delete_retention_policy: { days: 30 },
        container_delete_retention_policy: { days: 30 },
      },
    });
  });

  it("gives each environment a container that its identities alone reach, and people all of it", () => {
    const container = expect.stringContaining("azurerm_storage_container.");
    expect(one("azurerm_storage_container")).toMatchObject({
      name: "staging",
      storage_account_id: "${azurerm_storage_account.states.id}",
    });
    expect(roles).toHaveLength(3);
    expect(roles).toContain("Storage Blob Data Contributor, Group: ${azurerm_storage_account.states.id}");
    expect(all("azurerm_role_assignment")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          role_definition_name: "Storage Blob Data Reader",
          principal_id: "${azurerm_user_assigned_identity.plan.principal_id}",
          scope: container,
        }),
        expect.objectContaining({
          role_definition_name: "Storage Blob Data Contributor",
          principal_id: "${azurerm_user_assigned_identity.deploy.principal_id}",
          scope: container,
        }),
      ]),
    );
  });
});

describe("AuditArchive", () => {
  const { one } = archive();

  it("is written by Azure and read from inside the network only", () => {
    expect(one("azurerm_storage_account")).toMatchObject({
      public_network_access_enabled: false,
      network_rules: { default_action: "Deny", bypass: ["AzureServices"] },
    });
    expect(one("azurerm_private_endpoint").private_service_connection).toMatchObject({
      private_connection_resource_id: "${azurerm_storage_account.archive.id}",
      subresource_names: ["blob"],
    });
    expect(one("azurerm_private_dns_zone").name).toBe("privatelink.blob.core.windows.net");
  });

  it.each([1, 3650])("forgets what was written %i days ago", (days) => {
    const [rule, ...rest] = archive(days).one("azurerm_storage_management_policy").rule;
    expect(rest).toEqual([]);
    expect(rule).toMatchObject({
      enabled: true,
      // Azure Monitor appends to hourly blobs.
      filters: { blob_types: ["appendBlob"] },
      actions: { base_blob: { delete_after_days_since_modification_greater_than: days } },
    });
  });

  it("takes the categories that are named", () => {
    expect(one("azurerm_monitor_diagnostic_setting")).toMatchObject({
      target_resource_id: "${azurerm_public_ip.source.id}",
      storage_account_id: "${azurerm_storage_account.archive.id}",
      enabled_log: [{ category: "kube-audit" }],
    });
  });
});
