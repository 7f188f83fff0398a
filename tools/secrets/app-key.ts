import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { UserError } from "../../model/user-error";
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

/**
 * Reads all of a stream, as far as a key can be.
 * @throws UserError when it is a person's terminal
 */
export async function readStandardInput(stream: AsyncIterable<Buffer> & { readonly isTTY?: boolean }): Promise<string> {
  if (stream.isTTY)
    throw new UserError(
      "the App's key must come by standard input, and this is a terminal, which would show it; nothing was touched\n  next: npx mmrv secrets git-key ENVIRONMENT --app-key - < FILE, then delete FILE",
    );
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes > MOST_BYTES) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
