import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { UserError } from "../../model/user-error";
import { readStream } from "./read-stream";
import { SecretValue } from "./secret-value";
import { MOST_BYTES } from "./vault";

/** The private key of a GitHub App. */
export interface AppKey {
  readonly privateKey: SecretValue;
  /** As GitHub lists the App's keys, so that people can tell the old one from the new one. */
  readonly fingerprint: string;
}

/**
 * Reads what GitHub gave as a .pem file. Nothing of it is in an error.
 * @throws UserError when it is no RSA key that is open to whoever has it
 */
export function readAppKey(text: string): AppKey {
  const key = parse(text);
  if (key?.asymmetricKeyType !== "rsa")
    throw new UserError(
      "what came by standard input is no private key of a GitHub App; GitHub gives an RSA key in PEM, without a passphrase; nothing was touched\n  next: generate one in the App's settings, and hand on that file as it is",
    );
  const open = createPublicKey(key).export({ type: "spki", format: "der" });
  return {
    privateKey: new SecretValue(`${text.trim()}\n`),
    fingerprint: `SHA256:${createHash("sha256").update(open).digest("base64")}`,
  };
}

function parse(text: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: text, format: "pem" });
  } catch {
    return undefined;
  }
}

/** The key as it comes by standard input, as far as a key can be. */
export const readStandardInput = (stream: Parameters<typeof readStream>[0]): Promise<string> =>
  readStream(stream, {
    what: "the App's key",
    mostBytes: MOST_BYTES,
    next: "npx mmrv secrets git-key ENVIRONMENT --app-key - < FILE, then delete FILE",
  });
