import { describe, expect, it } from "vitest";
import { archive } from "../support/storage-fixture";

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

  it("is kept in another region too, and gives back what was deleted for a week", () => {
    expect(one("azurerm_storage_account")).toMatchObject({
      account_replication_type: "GZRS",
      blob_properties: { delete_retention_policy: { days: 7 }, container_delete_retention_policy: { days: 7 } },
    });
  });
});
