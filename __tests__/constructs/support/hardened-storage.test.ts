import { describe, expect, it } from "vitest";
import { archive, states } from "../../support/storage-fixture";
import type { Synthesized } from "../../support/synth";

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
