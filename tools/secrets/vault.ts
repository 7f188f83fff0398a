import { SecretClient } from "@azure/keyvault-secrets";
import { SecretError } from "./secret-error";
import { SecretValue } from "./secret-value";
import { deletedFault, isNotFound, vaultFault } from "./vault-errors";
import { keepReason, morePatience, RETRIES } from "./vault-policies";

/** A secret as Key Vault has it now. */
export interface VaultSecret {
  readonly value: SecretValue;
  readonly created: Date;
  /** Key Vault's name for it, which is in no order; undefined when it says none. */
  readonly version?: string;
  /** What others wrote beside it, which a new version keeps. */
  readonly tags: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly expiresOn?: Date;
  readonly notBefore?: Date;
}

/** learn.microsoft.com/azure/key-vault/secrets/about-secrets: 25 KB, counted in octets. */
export const MOST_BYTES = 25 * 1024;

/** How long all tries of a request may take together, waiting included. */
const ALL_TRIES_MS = 180_000;

type Credential = ConstructorParameters<typeof SecretClient>[1];

/** One application's vault, as far as secrets go. Whatever goes wrong is a SecretError. */
export class Vault {
  private readonly client: SecretClient;
  private readonly deleted = new Set<string>();

  constructor(
    readonly name: string,
    credential: Credential,
  ) {
    this.client = new SecretClient(`https://${name}.vault.azure.net`, credential, {
      retryOptions: RETRIES,
      additionalPolicies: [
        { policy: morePatience(), position: "perRetry" },
        { policy: keepReason, position: "perRetry" },
      ],
    });
  }

  /**
   * The names of what can be read, in lower case: Key Vault compares them without case. Asked for once, before anything else:
   * it shows whether the vault lets one in, and which names are taken by deleted secrets.
   */
  async open(): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    try {
      for await (const { name } of this.client.listDeletedSecrets(patience())) this.deleted.add(name.toLowerCase());
      for await (const { name, enabled } of this.client.listPropertiesOfSecrets(patience()))
        if (enabled !== false) names.add(name.toLowerCase());
    } catch (error) {
      throw vaultFault(error, { vault: this.name });
    }
    return names;
  }

  /** Its newest version; undefined when there is none. */
  async read(name: string): Promise<VaultSecret | undefined> {
    if (this.deleted.has(name.toLowerCase())) throw deletedFault(this.name, name);
    try {
      const { value, properties } = await this.client.getSecret(name, patience());
      const { createdOn, tags, contentType, expiresOn, notBefore, version } = properties;
      if (value === undefined || createdOn === undefined)
        throw new SecretError("Key Vault answered without a value or a date; nobody can compare it; run it again");
      const more = { contentType, expiresOn, notBefore, version };
      return { value: new SecretValue(value), created: createdOn, tags: tags ?? {}, ...more };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw vaultFault(error, { vault: this.name, name });
    }
  }

  /** A new version, in one request: it is there as a whole, or not at all. */
  async write(
    name: string,
    value: SecretValue,
    { tags, contentType, expiresOn, notBefore }: Omit<VaultSecret, "value" | "created" | "version">,
  ): Promise<void> {
    try {
      await this.client.setSecret(name, value.reveal(), {
        ...patience(),
        tags: { ...tags },
        contentType,
        expiresOn,
        notBefore,
      });
    } catch (error) {
      throw vaultFault(error, { vault: this.name, name });
    }
  }
}

const patience = () => ({ abortSignal: AbortSignal.timeout(ALL_TRIES_MS) });
