import { describe, expect, it } from "vitest";
import type { SecretSource } from "../../../model/schema/aws";
import { SecretValue } from "../../../tools/secrets/secret-value";
import { compare } from "../../../tools/secrets/transfer";
import type { Vault } from "../../../tools/secrets/vault";

const WHOLE: SecretSource = { from: "secretsManager", name: "mmrv/db", to: "database" };
const KEY: SecretSource = { ...WHOLE, key: "url" };
const [EARLY, LATE] = [new Date("2026-11-01T00:00:00Z"), new Date("2026-11-02T00:00:00Z")];

/** What is found when AWS has a value of one date and version, and the vault another one with these tags. */
const found = (source: SecretSource, changed: Date, created: Date, tags: Record<string, string>) => {
  const readAws = async () => ({ value: new SecretValue("aws"), version: "v2", changed });
  const vault = { read: async () => ({ value: new SecretValue("vault"), created, tags }) };
  return compare(source, readAws, vault as unknown as Vault).then(({ is }) => is);
};
const copied = (of: string, version: string) => ({ "mmrv-source": of, "mmrv-source-version": version });

describe("one key of a secret, whose date in AWS is that of all keys together", () => {
  it("is left as somebody wrote it into the vault, though another key has changed in AWS since", async () => {
    expect(await found(KEY, LATE, EARLY, {})).toBe("newer");
  });

  it("is updated when it is what was copied from an earlier version", async () => {
    expect(await found(KEY, LATE, EARLY, copied("secretsManager:mmrv/db#url", "v1"))).toBe("older");
  });

  it("is left when it was copied from another key: then somebody pointed the entry elsewhere", async () => {
    expect(await found(KEY, LATE, EARLY, copied("secretsManager:mmrv/db#host", "v1"))).toBe("newer");
  });
});

describe("a whole secret", () => {
  it("is judged by dates when somebody else wrote the vault's", async () => {
    expect(await found(WHOLE, LATE, EARLY, {})).toBe("older");
    expect(await found(WHOLE, EARLY, LATE, {})).toBe("newer");
  });

  it("that was copied and then rolled back in AWS to an older version is updated", async () => {
    expect(await found(WHOLE, EARLY, LATE, copied("secretsManager:mmrv/db", "v3"))).toBe("older");
  });

  it("that differs though this very version was copied was changed in the vault", async () => {
    expect(await found(WHOLE, LATE, EARLY, copied("secretsManager:mmrv/db", "v2"))).toBe("newer");
  });
});
