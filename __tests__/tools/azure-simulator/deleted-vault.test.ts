import { beforeEach, describe, expect, it } from "vitest";
import { Arm } from "../../../tools/azure-simulator/arm";
import { dig, type Json, type JsonObject } from "../../../tools/azure-simulator/store";

const SUBSCRIPTION = "/subscriptions/5f1c0d4e-0000-4000-8000-7375626d6d76";
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-test`;
const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-test`;
const DELETED = `${SUBSCRIPTION}/providers/Microsoft.KeyVault/locations/eastus2/deletedVaults/kv-test`;
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id`;
const ROLE = `${VAULT}/providers/Microsoft.Authorization/roleAssignments/9e0d8d4c-0000-4000-8000-000000000001`;
const LOGS = `${VAULT}/providers/Microsoft.Insights/diagnosticSettings/logs`;
const PROPERTIES = {
  sku: { family: "A", name: "standard" },
  softDeleteRetentionInDays: 7,
  enablePurgeProtection: true,
  networkAcls: { defaultAction: "Deny", ipRules: [{ value: "203.0.113.0/29" }] },
};

let arm: Arm;
const send = (method: string, path: string, body?: JsonObject) =>
  arm.handle({ method, url: new URL(path, "https://management.azure.com"), body });
const put = (path: string, properties: JsonObject = {}, more: JsonObject = {}) =>
  send("PUT", path, { location: "eastus2", properties, ...more });
const statuses = (...paths: readonly string[]) => paths.map((path) => send("GET", path).status);
const listed = () =>
  (dig(send("GET", `${SUBSCRIPTION}/providers/Microsoft.KeyVault/deletedVaults`).body as Json, "value") as Json[]).map(
    (one) => dig(one, "name"),
  );

beforeEach(() => {
  arm = new Arm();
  arm.store.seed(GROUP, { id: GROUP });
  put(IDENTITY);
  put(VAULT, PROPERTIES, { tags: { application: "mmrv" } });
  const principalId = dig(send("GET", IDENTITY).body as Json, "properties", "principalId") ?? "";
  put(ROLE, { principalId, roleDefinitionId: "/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6" });
  put(LOGS, { logs: [] });
});

describe("a vault that is deleted", () => {
  it("is in the list of what is deleted, with the day on which it is purged, and shows nothing of what is kept", () => {
    expect([statuses(VAULT, ROLE, LOGS), listed()]).toEqual([[200, 200, 200], []]);
    send("DELETE", VAULT);
    expect([statuses(VAULT, ROLE, LOGS), listed()]).toEqual([[404, 404, 404], ["kv-test"]]);
    const { body } = send("GET", DELETED) as { body: JsonObject };
    expect(body).toEqual({
      id: DELETED,
      name: "kv-test",
      type: "Microsoft.KeyVault/deletedVaults",
      properties: {
        vaultId: VAULT,
        location: "eastus2",
        tags: { application: "mmrv" },
        deletionDate: expect.any(String),
        scheduledPurgeDate: expect.any(String),
        purgeProtectionEnabled: true,
      },
    });
    const [deleted, purged] = ["deletionDate", "scheduledPurgeDate"].map((date) =>
      Date.parse(String(dig(body, "properties", date))),
    );
    expect(Number(purged) - Number(deleted)).toBe(7 * 86_400_000);
  });

  it("keeps its name from another one, and can be made again by a recovery alone", () => {
    send("DELETE", VAULT);
    const refused = put(VAULT, PROPERTIES);
    expect([refused.status, dig(refused.body as Json, "error", "code")]).toEqual([409, "ConflictError"]);
    expect(put(VAULT, { createMode: "recover" }).status).toBe(201);
    expect([statuses(VAULT, DELETED), listed()]).toEqual([[200, 404], []]);
  });

  it("is recovered as it was, whatever the recovery asks for, and says nothing of how it was made", () => {
    const before = send("GET", VAULT).body;
    send("DELETE", VAULT);
    const asked = { ...PROPERTIES, createMode: "recover", networkAcls: { defaultAction: "Allow" } };
    expect([put(VAULT, asked, { tags: {} }).body, send("GET", VAULT).body]).toEqual([before, before]);
  });

  it("is recovered without its role assignments, and with its diagnostic settings", () => {
    send("DELETE", VAULT);
    put(VAULT, { createMode: "recover" });
    expect(statuses(ROLE, LOGS)).toEqual([404, 200]);
  });
});
