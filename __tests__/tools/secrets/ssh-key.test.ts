import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { newSshKeyPair } from "../../../tools/secrets/ssh-key";

/** The fields of RFC 4251, one after the other. */
function fieldsOf(blob: Buffer): Buffer[] {
  if (blob.length < 4) return [];
  const end = 4 + blob.readUInt32BE();
  return [blob.subarray(4, end), ...fieldsOf(blob.subarray(end))];
}
const jwk = (x: Buffer | undefined, d?: Buffer) => ({
  key: {
    kty: "OKP",
    crv: "Ed25519",
    x: x?.toString("base64url") ?? "",
    ...(d && { d: d.toString("base64url") }),
  },
  format: "jwk" as const,
});

describe("a key pair for SSH", () => {
  const pair = newSshKeyPair("mmrv-staging-flux");
  const [kind = "", base64 = "", ...comment] = pair.publicKey.split(" ");
  const [first = "", ...lines] = pair.privateKey.reveal().split("\n");
  const [last, nothing] = lines.splice(-2);
  const file = Buffer.from(lines.join(""), "base64");
  const MAGIC = "openssh-key-v1\0";

  it("has a public half as GitHub takes it", () => {
    expect([kind, comment]).toEqual(["ssh-ed25519", ["mmrv-staging-flux"]]);
    const [again, point, ...more] = fieldsOf(Buffer.from(base64, "base64"));
    expect([again?.toString(), point?.length, more]).toEqual(["ssh-ed25519", 32, []]);
  });

  it("has a private half in the form of OpenSSH's files, without a passphrase", () => {
    expect([first, last, nothing]).toEqual([
      "-----BEGIN OPENSSH PRIVATE KEY-----",
      "-----END OPENSSH PRIVATE KEY-----",
      "",
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(70);
    expect(file.subarray(0, MAGIC.length).toString()).toBe(MAGIC);
    const [cipher, kdf, options] = fieldsOf(file.subarray(MAGIC.length));
    expect([cipher, kdf, options].map(String)).toEqual(["none", "none", ""]);
  });

  it("signs with one half what the other one proves", () => {
    // After cipher, kdf, its options and how many keys there are.
    const [publicBlob, open = Buffer.of()] = fieldsOf(file.subarray(MAGIC.length + 8 + 8 + 4 + 4));
    expect(publicBlob?.toString("base64")).toBe(base64);
    expect([open.length % 8, open.readUInt32BE(0) === open.readUInt32BE(4)]).toEqual([0, true]);
    const [name, point, key, called] = fieldsOf(open.subarray(8));
    expect([name, called].map(String)).toEqual(["ssh-ed25519", "mmrv-staging-flux"]);
    expect(key?.subarray(32)).toEqual(point);
    const text = Buffer.from("a commit");
    const signature = sign(null, text, createPrivateKey(jwk(point, key?.subarray(0, 32))));
    const [, published] = fieldsOf(Buffer.from(base64, "base64"));
    expect(verify(null, text, createPublicKey(jwk(published)), signature)).toBe(true);
  });

  it("is another one each time, and shown by nothing that prints", () => {
    expect(newSshKeyPair("mmrv-staging-flux").publicKey).not.toBe(pair.publicKey);
    const shown = `${inspect(pair, { depth: 9, showHidden: true })}${JSON.stringify(pair)}${pair.privateKey}`;
    expect(shown).not.toContain(lines[1]);
  });
});
