import { Agent } from "node:https";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { SecretClient } from "@azure/keyvault-secrets";
import type { LocalAzure } from "../../tools/azure-simulator/server";
import { REHEARSAL_SUBSCRIPTION } from "../../tools/rehearsal/sandbox";

/** Leads every connection through the stand-in's proxy and trusts its certificate; the SDK can do one of the two at a time. */
class TunnelAgent extends Agent {
  constructor(private readonly azure: LocalAzure) {
    super({ keepAlive: false });
  }

  override createConnection(
    { host, servername }: ConnectionOptions,
    done: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const proxy = new URL(this.azure.url);
    const socket = connect(Number(proxy.port), proxy.hostname, () =>
      socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`),
    );
    socket
      .once("data", () =>
        done(null, connectTls({ socket, servername: servername ?? host, ca: this.azure.certificate })),
      )
      .once("error", (error) => done(error, socket));
  }
}

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
