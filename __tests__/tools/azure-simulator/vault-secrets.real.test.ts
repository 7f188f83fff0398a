import type { SecretClient } from "@azure/keyvault-secrets";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseFault } from "../../../tools/azure-simulator/faults";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { seedVault, vaultClient } from "../../support/secrets-tunnel";

const VAULT = "kv-test";
let azure: LocalAzure;
let id: string;
let client: SecretClient;
beforeAll(async () => {
  azure = await LocalAzure.start();
});
afterAll(() => azure.stop());
beforeEach(() => {
  id = seedVault(azure, VAULT);
  client = vaultClient(azure, VAULT);
});
afterEach(() => {
  azure.arm.store.delete(id.toLowerCase());
  azure.secrets.forgetOrphans();
});

/** Status, code and reason of a refusal, as the SDK tells them. */
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "accepted",
    ({ statusCode, code, details }) => [statusCode, code, details?.error?.innerError?.code].filter(Boolean).join(" "),
  );

async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}

describe("a vault of the stand-in, asked by Azure's own SDK", () => {
  it("keeps each version of a secret, under a name without case", async () => {
    const first = await client.setSecret("Database-URL", "one", { tags: { from: "test" }, contentType: "text/plain" });
    const second = await client.setSecret("database-url", "");
    expect(first.properties).toMatchObject({
      name: "Database-URL",
      version: expect.stringMatching(/^[0-9a-f]{32}$/),
      enabled: true,
      tags: { from: "test" },
      contentType: "text/plain",
      recoveryLevel: "CustomizedRecoverable+Purgeable",
      recoverableDays: 7,
    });
    expect(first.properties.createdOn?.getMilliseconds()).toBe(0);
    expect(await client.getSecret("DATABASE-url")).toMatchObject({ value: "", properties: second.properties });
    expect(await client.getSecret("database-url", { version: first.properties.version })).toMatchObject({
      value: "one",
    });
    const versions = await all(client.listPropertiesOfSecretVersions("database-url"));
    expect(versions.map(({ version }) => version)).toEqual([first.properties.version, second.properties.version]);
  });

  it("tells whoever comes without a token where to get one", async () => {
    const before = azure.requests.length;
    await client.setSecret("secret", "x");
    await client.setSecret("secret", "y");
    // The SDK asks once without a token, and without the value.
    const request = `PUT ${VAULT}.vault.azure.net/secrets/secret`;
    expect(azure.requests.slice(before)).toEqual([request, request, request]);
    expect(await all(client.listPropertiesOfSecretVersions("secret"))).toHaveLength(2);
  });

  it("lists more than a page of names, and no value", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `secret-${index}`);
    for (const name of names) await client.setSecret(name, `value of ${name}`);
    const pages = await all(client.listPropertiesOfSecrets().byPage());
    expect(pages.map(({ length }) => length)).toEqual([25, 25, 10]);
    expect(pages.flat().map(({ name }) => name)).toEqual(names);
    expect(JSON.stringify(pages)).not.toContain("value of");
  });

  it("deletes softly: the name is taken until the secret is recovered or purged", async () => {
    await client.setSecret("secret", "kept");
    await client.beginDeleteSecret("secret");
    expect(await refusal(client.getSecret("secret"))).toBe("404 SecretNotFound");
    expect(await refusal(client.setSecret("SECRET", "other"))).toBe("409 Conflict ObjectIsDeletedButRecoverable");
    expect((await all(client.listDeletedSecrets())).map(({ name }) => name)).toEqual(["secret"]);
    expect(await all(client.listPropertiesOfSecrets())).toEqual([]);
    await client.beginRecoverDeletedSecret("secret");
    expect(await client.getSecret("secret")).toMatchObject({ value: "kept" });
    await client.beginDeleteSecret("secret");
    await client.purgeDeletedSecret("secret");
    expect(await client.setSecret("secret", "new")).toMatchObject({ value: "new" });
  });

  it("purges nothing under purge protection", async () => {
    seedVault(azure, VAULT, { enablePurgeProtection: true, softDeleteRetentionInDays: 90 });
    expect((await client.setSecret("secret", "x")).properties.recoveryLevel).toBe("Recoverable");
    await client.beginDeleteSecret("secret");
    expect(await refusal(client.purgeDeletedSecret("secret"))).toBe("403 Forbidden");
  });

  it("does not show a disabled secret, and lists it", async () => {
    const { properties } = await client.setSecret("secret", "x");
    await client.updateSecretProperties("secret", properties.version ?? "", { enabled: false });
    expect(await refusal(client.getSecret("secret"))).toBe("403 Forbidden SecretDisabled");
    expect((await all(client.listPropertiesOfSecrets())).map(({ enabled }) => enabled)).toEqual([false]);
  });

  it("takes 25 KB in octets, and not one more", async () => {
    expect(await refusal(client.setSecret("secret", "é".repeat(12_800)))).toBe("accepted");
    expect(await refusal(client.setSecret("secret", `${"é".repeat(12_800)}e`))).toBe("400 BadParameter");
    expect(await refusal(client.setSecret("bad_name", "x"))).toBe("400 BadParameter");
  });

  it("refuses what it does not know, and vaults that do not exist", async () => {
    expect(await refusal(client.backupSecret("secret"))).toBe("404 SecretNotFound");
    await client.setSecret("secret", "x");
    expect(await refusal(client.backupSecret("secret"))).toBe("501 NotImplemented");
    expect(await refusal(vaultClient(azure, "kv-nowhere").getSecret("secret"))).toBe("404 VaultNotFound");
  });

  it("has no contacts for certificates, which azurerm asks every vault for that it reaches", () => {
    const url = new URL(`https://${VAULT}.vault.azure.net/certificates/contacts?api-version=7.4`);
    const answer = azure.secrets.handle({ method: "GET", url, headers: { authorization: "Bearer x" } });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "ContactsNotFound" } } });
  });

  it("loses its secrets with the vault, and has them back when the vault is recovered", async () => {
    const arm = (method: string, body?: object) =>
      azure.arm.handle({ method, url: new URL(id, "https://management.azure.com"), body: body as never });
    await client.setSecret("secret", "kept");
    arm("DELETE");
    azure.secrets.forgetOrphans();
    expect(await refusal(client.getSecret("secret"))).toBe("404 VaultNotFound");
    azure.arm.store.seed(id.replace(/\/providers\/.*/, ""), {});
    arm("PUT", { location: "eastus2", properties: { createMode: "recover" } });
    expect(await client.getSecret("secret")).toMatchObject({ value: "kept" });
    azure.arm.store.delete(id.toLowerCase());
    azure.secrets.forgetOrphans();
    seedVault(azure, VAULT);
    expect(await all(client.listPropertiesOfSecrets())).toEqual([]);
  });

  it.each([
    ["429", "429 OnDemand"],
    ["500", "500 OnDemand"],
    ["409", "409 OnDemand ObjectIsBeingDeleted"],
    ["drop", "ECONNRESET"],
  ])("misbehaves on demand: %s", async (kind, expected) => {
    const fault = parseFault(`${kind}@PUT:${VAULT}.vault.azure.net/secrets/second`);
    if (!fault) throw new Error("not a fault");
    azure.faults.add(fault);
    expect(await refusal(client.setSecret("first", "x"))).toBe("accepted");
    expect(await refusal(client.setSecret("second", "x"))).toBe(expected);
    expect(await refusal(client.setSecret("second", "x"))).toBe("accepted");
    expect(azure.requests.at(-1)).toBe(`PUT ${VAULT}.vault.azure.net/secrets/second`);
  });
});
