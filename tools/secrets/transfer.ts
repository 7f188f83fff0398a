import type { SecretSource } from "../../model/schema/aws";
import type { AwsSecret, ReadAws } from "./aws";
import { SecretError } from "./secret-error";
import { MOST_BYTES, type Vault, type VaultSecret } from "./vault";

/** How the vault stands to AWS. */
export type Comparison =
  | { readonly is: "equal" }
  | { readonly is: "missing"; readonly inAws: AwsSecret }
  /** They differ, and AWS's value is the newer one. */
  | { readonly is: "older"; readonly inAws: AwsSecret; readonly inVault: VaultSecret }
  /** They differ, and the vault's value is the newer one: somebody wrote it there. */
  | { readonly is: "newer"; readonly inAws: AwsSecret; readonly inVault: VaultSecret };

/**
 * Reads both sides and compares them in memory.
 * @throws SecretError when one cannot be read, or the vault could not hold it
 */
export async function compare(source: SecretSource, readAws: ReadAws, vault: Vault): Promise<Comparison> {
  const inAws = await readAws(source);
  if (inAws.value.bytes > MOST_BYTES)
    throw new SecretError(
      `it is ${inAws.value.bytes} bytes; Key Vault keeps ${MOST_BYTES} at the most; split it in AWS, or copy the keys that are needed one by one (key)`,
    );
  const inVault = await vault.read(source.to);
  if (inVault === undefined) return { is: "missing", inAws };
  if (inAws.value.equals(inVault.value)) return { is: "equal" };
  return { is: isOlder(source, inAws, inVault) ? "older" : "newer", inAws, inVault };
}

/**
 * Whether the vault's value is older than AWS's, given that they differ.
 *
 * A value that this command wrote carries the version in AWS that it came from; if AWS has another version now, AWS changed.
 * A value that somebody else wrote is compared by date. For one key of a JSON secret that is impossible, because AWS dates
 * the secret as a whole; such a value counts as newer, and stays.
 */
function isOlder(source: SecretSource, inAws: AwsSecret, { created, tags }: VaultSecret): boolean {
  if (tags["mmrv-source"] === sourceTag(source)) return tags["mmrv-source-version"] !== versionTag(inAws);
  if (source.from === "secretsManager" && source.key !== undefined) return false;
  // Key Vault counts whole seconds. Within the same second the order is unknown, and the vault's value stays.
  return created.getTime() < Math.floor(inAws.changed.getTime() / 1_000) * 1_000;
}

/** A value of a tag: learn.microsoft.com/azure/key-vault/secrets/about-secrets; the pages disagree, and this is the smaller number. */
const MOST_OF_A_TAG = 256;

/** The end of a long name tells more than its beginning. */
function sourceTag(source: SecretSource): string {
  const key = source.from === "secretsManager" && source.key !== undefined ? `#${source.key}` : "";
  return `${source.from}:${source.name}${key}`.slice(-MOST_OF_A_TAG);
}

const versionTag = ({ version }: AwsSecret): string => version.slice(0, MOST_OF_A_TAG);

/** Writes AWS's value. The tags say where it came from, and nothing of the value. */
export async function write(source: SecretSource, inAws: AwsSecret, vault: Vault, before?: VaultSecret): Promise<void> {
  const tags = { ...before?.tags, "mmrv-source": sourceTag(source), "mmrv-source-version": versionTag(inAws) };
  await vault.write(source.to, inAws.value, { ...before, tags });
}
