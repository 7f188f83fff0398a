import { VAULT } from "../azure-simulator/resource-types/vault";
import type { LocalAzure } from "../azure-simulator/server";
import { type JsonObject, type Resource, text } from "../azure-simulator/store";
import { TunnelAgent } from "../azure-simulator/tunnel";
import { SecretError } from "../secrets/secret-error";
import { Vault } from "../secrets/vault";

/** The only version of Key Vault's management API that has no end. */
const API = "2026-02-01";

/** Whom the local Azure believes everything. */
const NOBODY = { getToken: async () => ({ token: "of-nobody", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };

/** Some vaults of a local Azure, and what a person would do to them with the Azure CLI. */
export class VaultsOfDrill {
  /** As they were made. */
  private readonly vaults: readonly Resource[];

  constructor(
    private readonly azure: LocalAzure,
    readonly names: readonly string[],
  ) {
    this.vaults = this.found();
  }

  /** As the commands open it. */
  open(name: string): Vault {
    return new Vault(name, NOBODY, { agent: new TunnelAgent(this.azure) });
  }

  count(): number {
    return this.found().length;
  }

  /** How many things of Microsoft.Authorization there are on them. */
  below(type: "locks" | "roleAssignments"): number {
    return this.locksAndRoles(type).length;
  }

  /** How many secrets can be read in all of them; none in one that is not there. */
  async countSecrets(): Promise<number> {
    const counts = this.names.map(async (name) => {
      try {
        return (await this.open(name).open()).size;
      } catch (error) {
        if (error instanceof SecretError) return 0;
        throw error;
      }
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** `az keyvault delete`; whoever does that has removed the lock before. */
  delete(): void {
    const { arm } = this.azure;
    for (const { id } of this.locksAndRoles("locks")) this.ask("DELETE", id.key);
    arm.store.lingeringLocks.clear();
    for (const { id } of this.vaults) this.ask("DELETE", id.key);
    this.azure.secrets.forgetOrphans();
  }

  /** `az keyvault recover`. */
  recover(): void {
    const properties = { createMode: "recover" };
    for (const { body, id } of this.vaults) this.ask("PUT", id.key, { location: body["location"], properties });
  }

  /** `az keyvault secret delete`. */
  deleteSecret(vault: string, name: string): void {
    const url = new URL(`https://${vault}.vault.azure.net/secrets/${name}?api-version=7.6`);
    const { status } = this.azure.secrets.handle({
      method: "DELETE",
      url,
      headers: { authorization: "Bearer nobody" },
    });
    if (status !== 200) throw new Error(`DELETE ${url.href}: ${status}`);
  }

  private ask(method: "DELETE" | "PUT", path: string, body?: JsonObject): void {
    const url = new URL(`https://management.azure.com${path}?api-version=${API}`);
    const { body: answer, status } = this.azure.arm.handle({ method, url, body });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  }

  private found(): Resource[] {
    const isOurs = ({ body }: Resource) => this.names.includes(text(body["name"]));
    return this.azure.arm.store.ofType(VAULT).filter(isOurs);
  }

  private locksAndRoles(type: "locks" | "roleAssignments"): Resource[] {
    const { store } = this.azure.arm;
    return this.vaults.flatMap(({ id }) => store.children(id.key, `microsoft.authorization/${type.toLowerCase()}`));
  }
}
