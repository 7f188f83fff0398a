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

/** One version of a secret, without its value. */
export interface VaultVersion {
  /** Key Vault's name for it. */
  readonly version: string;
  readonly created: Date;
  /** Whether anybody can read it. */
  readonly enabled: boolean;
}

/** learn.microsoft.com/azure/key-vault/secrets/about-secrets: 25 KB, counted in octets. */
export const MOST_BYTES = 25 * 1024;

/** How long all tries of a request may take together, waiting included. */
const ALL_TRIES_MS = 180_000;

type Credential = ConstructorParameters<typeof SecretClient>[1];
type ClientOptions = NonNullable<ConstructorParameters<typeof SecretClient>[2]>;

/** One application's vault, as far as secrets go. Whatever goes wrong is a SecretError. */
export class Vault {
  private readonly client: SecretClient;
  private readonly deleted = new Set<string>();

  /** @param options.agent who connects. @default the SDK, by the proxy of the shell */
  constructor(
    readonly name: string,
    credential: Credential,
    { agent }: Pick<ClientOptions, "agent"> = {},
  ) {
    this.client = new SecretClient(`https://${name}.vault.azure.net`, credential, {
      agent,
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

  /** The names of all secrets that are not disabled, as they were written. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    try {
      for await (const { name, enabled } of this.client.listPropertiesOfSecrets(patience()))
        if (enabled !== false) names.push(name);
    } catch (error) {
      throw vaultFault(error, { vault: this.name });
    }
    return names;
  }

  /** Whether it is deleted and not purged; known once the vault is open. */
  isDeleted(name: string): boolean {
    return this.deleted.has(name.toLowerCase());
  }

  /** Undeletes it, with every version that it had, and waits until it can be read. */
  async recover(name: string): Promise<void> {
    try {
      const recovery = await this.client.beginRecoverDeletedSecret(name, patience());
      await recovery.pollUntilDone({ abortSignal: AbortSignal.timeout(ALL_TRIES_MS) });
      this.deleted.delete(name.toLowerCase());
    } catch (error) {
      throw vaultFault(error, { vault: this.name, name });
    }
  }

  /** Every version, the newest first; none of a secret that is not there. */
  async versions(name: string): Promise<VaultVersion[]> {
    const all: VaultVersion[] = [];
    try {
      for await (const { createdOn, enabled, version } of this.client.listPropertiesOfSecretVersions(name, patience()))
        if (version !== undefined && createdOn !== undefined)
          all.push({ version, created: createdOn, enabled: enabled !== false });
    } catch (error) {
      if (isNotFound(error)) return [];
      throw vaultFault(error, { vault: this.name, name });
    }
    // Key Vault lists them in no order and dates them in whole seconds; of two of one second the later in the list goes first.
    return all.reverse().sort((one, other) => other.created.getTime() - one.created.getTime());
  }

  /**
   * A version of it; undefined when there is none.
   * @param which @default the newest
   */
  async read(name: string, which?: string): Promise<VaultSecret | undefined> {
    if (this.isDeleted(name)) throw deletedFault(this.name, name);
    try {
      const { value, properties } = await this.client.getSecret(name, { ...patience(), version: which });
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
