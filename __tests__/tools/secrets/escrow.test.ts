import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import { escrowReader, openEscrow, sealEscrow } from "../../../tools/secrets/escrow";
import { SecretValue } from "../../../tools/secrets/secret-value";

const WRITTEN = "2026-11-30T04:05:06Z";
const VALUE = "postgres://mmrv:of-nobody@db/mmrv ✓\n";
const escrow = {
  environment: "production",
  written: WRITTEN,
  secrets: new Map([
    ["backend", new Map([["database-url", new SecretValue(VALUE)]])],
    ["frontend", new Map()],
  ]),
};

let [owner, other, stranger, sealed] = ["", "", "", ""];
beforeAll(async () => {
  [owner, other, stranger] = await Promise.all([
    generateX25519Identity(),
    generateX25519Identity(),
    generateX25519Identity(),
  ]);
  sealed = await sealEscrow(escrow, [await identityToRecipient(owner), await identityToRecipient(other)]);
});

/** What opening it ends in, as a sentence. */
const refusal = (file: string, keys: string, of = "production") =>
  openEscrow(file, keys, of).then(
    () => "opened",
    (error: Error) => error.message,
  );

describe("an escrow file", () => {
  it("is opened by each of its owners, with every value as it was", async () => {
    for (const key of [owner, other]) {
      const opened = await openEscrow(sealed, `# created: 2026-11-30\n# public key: age1…\n${key}\n`, "production");
      expect([...opened.secrets.keys()]).toEqual(["backend", "frontend"]);
      const read = escrowReader(opened);
      const found = await read({
        from: "escrow",
        application: "backend",
        name: "database-url",
        to: "database-url",
      });
      expect([found.value.reveal(), found.version, found.changed.toISOString()]).toEqual([
        VALUE,
        WRITTEN,
        "2026-11-30T04:05:06.000Z",
      ]);
    }
  });

  it("is text that says nothing of what is in it", () => {
    expect(sealed).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    for (const word of ["database-url", "backend", "production", "mmrv"]) expect(sealed).not.toContain(word);
  });

  it("lacks a secret that nobody wrote into it, and says so of that one", async () => {
    const read = escrowReader(await openEscrow(sealed, owner, "production"));
    await expect(read({ from: "escrow", application: "frontend", name: "none", to: "none" })).rejects.toThrow(
      "it is not in the escrow file",
    );
  });

  it("is refused in one line for other owners, another environment, and when it is damaged or cut off anywhere", async () => {
    expect(await refusal(sealed, stranger)).toBe(
      "none of the keys in --identity opens the escrow file, nothing was touched; it was written for other recipients",
    );
    expect(await refusal(sealed, owner, "staging")).toBe(
      "the escrow file is of another environment than staging, nothing was touched; take the one that mmrv secrets escrow staging wrote",
    );
    expect(await refusal(sealed, "of-nobody")).toMatch(/^--identity: the file holds no private key of age/);
    const lines = sealed.trimEnd().split("\n");
    const swapped = [...lines];
    const last = swapped.at(-2) ?? "";
    swapped[swapped.length - 2] = (last.startsWith("A") ? "B" : "A") + last.slice(1);
    const damaged = [
      "",
      "not a file of age",
      lines.slice(0, -1).join("\n"),
      lines.filter((_, index) => index !== 3).join("\n"),
      lines.filter((_, index) => index !== lines.length - 2).join("\n"),
      swapped.join("\n"),
    ];
    for (const file of damaged) {
      const said = await refusal(file, owner);
      expect([said.split("\n").length, /damaged|no whole escrow file/.test(said)]).toEqual([1, true]);
    }
  });

  it("is not made for what is no public key of age, and the key is not said again", async () => {
    const made = sealEscrow(escrow, [owner]).catch((error: Error) => error.message);
    expect(await made).toMatch(/^--recipient: 1 of 1 is no public key of age, nothing was written/);
    expect(await made).not.toContain(owner);
  });
});
