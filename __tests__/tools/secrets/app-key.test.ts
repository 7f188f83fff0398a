import { createHash, generateKeyPairSync } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readAppKey, readStandardInput } from "../../../tools/secrets/app-key";
import { MOST_BYTES } from "../../../tools/secrets/vault";

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const of = (type: "pkcs1" | "pkcs8") => pair.privateKey.export({ type, format: "pem" }).toString();
const locked = pair.privateKey
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
  .toString();
const ed25519 = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

describe("the private key of a GitHub App", () => {
  it.each(["pkcs1", "pkcs8"] as const)("is taken as GitHub gives it, whatever stands around it: %s", (type) => {
    const { fingerprint, privateKey } = readAppKey(`\n${of(type)}\n\n`);
    expect(privateKey.reveal()).toBe(of(type));
    const open = pair.publicKey.export({ type: "spki", format: "der" });
    expect(fingerprint).toBe(`SHA256:${createHash("sha256").update(open).digest("base64")}`);
  });

  it.each([
    ["nothing", ""],
    ["no key", "hush hush"],
    ["half a key", of("pkcs1").slice(0, 400)],
    ["the open half", pair.publicKey.export({ type: "spki", format: "pem" }).toString()],
    ["one with a passphrase", locked],
    ["one of another kind", ed25519],
  ])("is not %s, and nothing of it is said", (_, text) => {
    expect(() => readAppKey(text)).toThrow(
      "what came by standard input is no private key of a GitHub App; GitHub gives an RSA key in PEM, without a passphrase; nothing was touched\n  next: generate one in the App's settings, and hand on that file as it is",
    );
  });

  it("is read from a pipe, in whatever parts it comes, and no further than a vault could hold", async () => {
    const text = of("pkcs1");
    const parts = [text.slice(0, 100), text.slice(100)].map((part) => Buffer.from(part));
    expect(await readStandardInput(Readable.from(parts))).toBe(text);
    const endless = Array.from({ length: 100 }, () => Buffer.alloc(1024, "x"));
    expect((await readStandardInput(Readable.from(endless))).length).toBe(MOST_BYTES);
  });

  it("is not typed into a terminal, which would show it", async () => {
    const terminal = Object.assign(Readable.from([Buffer.from("x")]), { isTTY: true });
    await expect(readStandardInput(terminal)).rejects.toThrow("this is a terminal, which would show it");
  });
});
