import type { SecretSource } from "../../environments/schema/aws";
import type { AwsSecret, ReadAws } from "./aws";
import { SecretFault } from "./secret-fault";
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
 * @throws SecretFault when one cannot be read, or the vault could not hold it
 */
export async function compare(source: SecretSource, readAws: ReadAws, vault: Vault): Promise<Comparison> {
  const inAws = await readAws(source);
  if (inAws.value.bytes > MOST_BYTES)
    throw new SecretFault(
      `it is ${inAws.value.bytes} bytes; Key Vault keeps ${MOST_BYTES} at the most; split it in AWS, or copy the keys that are needed one by one (key)`,
    );
  const inVault = await vault.read(source.to);
  if (inVault === undefined) return { is: "missing", inAws };
  if (inAws.value.equals(inVault.value)) return { is: "equal" };
  // Key Vault counts whole seconds: in a draw nobody knows, and the vault's value stays.
  const changed = Math.floor(inAws.changed.getTime() / 1_000) * 1_000;
  return { is: inVault.created.getTime() < changed ? "older" : "newer", inAws, inVault };
}

/** A value of a tag: learn.microsoft.com/azure/key-vault/secrets/about-secrets; the pages disagree, and this is the smaller number. */
const MOST_OF_A_TAG = 256;

/** Writes AWS's value. The tags say where it came from, and nothing of the value. */
export async function write(
  source: SecretSource,
  { value, version }: AwsSecret,
  vault: Vault,
  before?: VaultSecret,
): Promise<void> {
  const key = source.from === "secretsManager" && source.key !== undefined ? `#${source.key}` : "";
  // The end of a long name tells more than its beginning.
  const from = `${source.from}:${source.name}${key}`.slice(-MOST_OF_A_TAG);
  const tags = { ...before?.tags, "mmrv-source": from, "mmrv-source-version": version.slice(0, MOST_OF_A_TAG) };
  await vault.write(source.to, value, { tags, contentType: before?.contentType });
}
