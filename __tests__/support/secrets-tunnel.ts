import { SecretClient } from "@azure/keyvault-secrets";
import type { LocalAzure } from "../../tools/azure-simulator/server";
import { TunnelAgent } from "../../tools/azure-simulator/tunnel";
import { REHEARSAL_SUBSCRIPTION } from "../../tools/rehearsal/sandbox";

/** Azure's own SDK on a vault of the stand-in, in this process; it tries once. */
export function vaultClient(azure: LocalAzure, vault: string): SecretClient {
  const token = { token: "of-nobody", expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
  return new SecretClient(
    `https://${vault}.vault.azure.net`,
    { getToken: async () => token },
    { agent: new TunnelAgent(azure), retryOptions: { maxRetries: 0 } },
  );
}

/** Puts a vault into the stand-in, as if its infra stack were deployed. */
export function seedVault(azure: LocalAzure, name: string, properties = {}): string {
  const id = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/rg-test/providers/Microsoft.KeyVault/vaults/${name}`;
  azure.arm.store.seed(id, {
    id,
    name,
    location: "eastus2",
    properties: { softDeleteRetentionInDays: 7, ...properties },
  });
  return id;
}
