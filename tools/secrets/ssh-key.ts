import { generateKeyPairSync, randomBytes } from "node:crypto";
import { SecretValue } from "./secret-value";

export interface SshKeyPair {
  /** In the form of OpenSSH's own files. */
  readonly privateKey: SecretValue;
  /** One line of an authorized_keys, which is what GitHub takes. */
  readonly publicKey: string;
}

const KIND = "ssh-ed25519";
/** As long a line as ssh-keygen writes. */
const LINE = 70;

/**
 * A new Ed25519 key pair for SSH, which exists in this process alone.
 * @param comment what people call it; no part of the key
 */
export function newSshKeyPair(comment: string): SshKeyPair {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d = "", x = "" } = privateKey.export({ format: "jwk" });
  const [seed, point] = [Buffer.from(d, "base64url"), Buffer.from(x, "base64url")];
  const publicBlob = Buffer.concat([field(KIND), field(point)]);
  return {
    privateKey: new SecretValue(pem(openSshKey({ comment, point, publicBlob, seed }))),
    publicKey: `${KIND} ${publicBlob.toString("base64")} ${comment}`,
  };
}

interface KeyParts {
  readonly comment: string;
  readonly point: Buffer;
  readonly publicBlob: Buffer;
  readonly seed: Buffer;
}

/** openssh/openssh-portable, PROTOCOL.key: no cipher, so that Flux needs no passphrase, and the vault is what keeps it. */
function openSshKey({ comment, point, publicBlob, seed }: KeyParts): Buffer {
  // The same number twice shows a reader with a passphrase that it was the right one.
  const check = randomBytes(4);
  const key = [field(KIND), field(point), field(Buffer.concat([seed, point])), field(comment)];
  const open = Buffer.concat([check, check, ...key]);
  const padding = Buffer.from(Array.from({ length: (8 - (open.length % 8)) % 8 }, (_, index) => index + 1));
  const head = [Buffer.from("openssh-key-v1\0"), field("none"), field("none"), field(""), number(1)];
  return Buffer.concat([...head, field(publicBlob), field(Buffer.concat([open, padding]))]);
}

/** RFC 4251, section 5: a string, after its length. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const pem = (key: Buffer): string =>
  [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    ...(key.toString("base64").match(new RegExp(`.{1,${LINE}}`, "g")) ?? []),
    "-----END OPENSSH PRIVATE KEY-----\n",
  ].join("\n");
