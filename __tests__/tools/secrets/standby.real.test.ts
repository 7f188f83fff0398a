import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namesOf } from "../../../model/naming";
import { APPLICATIONS } from "../../support/fixtures/applications";
import { production } from "../../support/fixtures/environments/production";
import { standby } from "../../support/fixtures/environments/standby";
import { requires } from "../../support/requires";
import { type Outcome, SecretsStage } from "../../support/secrets-stage";
import { seedVault, vaultClient } from "../../support/secrets-tunnel";

const vaultOf = (environment: typeof standby, application: string) => namesOf(environment).vault(application);

describe("the vaults of a standby", requires("moto_server"), () => {
  let stage: SecretsStage;
  const values: string[] = [];
  const outcomes: Outcome[] = [];
  let [key, recipient, keyFile] = ["", "", ""];

  beforeAll(async () => {
    stage = await SecretsStage.start();
    stage.configure({});
    [key] = await Promise.all([generateX25519Identity()]);
    recipient = await identityToRecipient(key);
    keyFile = join(stage.sandbox.folder, "owner.txt");
    writeFileSync(keyFile, `# created: 2026-12-01T00:00:00Z\n${key}\n`);
    for (const environment of [production, standby])
      for (const application of APPLICATIONS) seedVault(stage.azure, vaultOf(environment, application));
    for (const application of APPLICATIONS)
      for (const name of ["database-url", "Session-Key"]) {
        values.push(`value-${randomUUID()} ✓\n`);
        await vaultClient(stage.azure, vaultOf(production, application)).setSecret(name, values.at(-1) ?? "", {
          contentType: "text/plain",
        });
      }
  });
  afterAll(() => stage?.stop());

  const mmrv = async (args: readonly string[], input?: string): Promise<Outcome> => {
    const outcome = await stage.start(args, {}, undefined, input).outcome;
    outcomes.push(outcome);
    return outcome;
  };
  const inStandby = async (): Promise<string[]> => {
    const all: string[] = [];
    for (const application of APPLICATIONS) {
      const client = vaultClient(stage.azure, vaultOf(standby, application));
      for (const name of ["database-url", "Session-Key"]) all.push((await client.getSecret(name)).value ?? "");
    }
    return all;
  };
  const empty = () => {
    for (const application of APPLICATIONS) {
      const name = vaultOf(standby, application);
      stage.azure.arm.store.delete(seedVault(stage.azure, name).toLowerCase());
    }
    stage.azure.secrets.forgetOrphans();
    for (const application of APPLICATIONS) seedVault(stage.azure, vaultOf(standby, application));
  };

  it("are filled from those of the environment that it stands by for, whatever AWS says, and again without a change", async () => {
    const copied = await mmrv(["copy", "standby", "--from-vault", "production"]);
    expect([copied.code, copied.stdout.split("\n").at(-2)]).toEqual([
      0,
      "copy standby: 4 secrets: 4 created; next: npx mmrv secrets verify standby --from-vault production",
    ]);
    expect(await inStandby()).toEqual(values);
    const { properties } = await vaultClient(stage.azure, vaultOf(standby, "backend")).getSecret("database-url");
    expect([properties.contentType, properties.tags?.["mmrv-source"]]).toEqual([
      "text/plain",
      "vault:kv-backend-prd-k3m7/database-url",
    ]);
    expect((await mmrv(["verify", "standby", "--from-vault", "production"])).code).toBe(0);
    const again = await mmrv(["copy", "standby", "--from-vault", "production"]);
    expect(again.stdout).toContain("copy standby: 4 secrets: 4 equal");
  });

  it("take what was rotated in the other vault, and leave what somebody wrote into them", async () => {
    const source = vaultClient(stage.azure, vaultOf(production, "backend"));
    values[0] = `value-${randomUUID()}`;
    await source.setSecret("database-url", values[0]);
    const { code, stdout } = await mmrv(["copy", "standby", "--from-vault", "production"]);
    expect([code, stdout.includes("4 secrets: 1 updated, 3 equal")]).toEqual([0, true]);

    const own = vaultClient(stage.azure, vaultOf(standby, "backend"));
    await own.setSecret("database-url", "by hand");
    const refused = await mmrv(["copy", "standby", "--from-vault", "production"]);
    expect([refused.code, /kv-backend-prd-k3m7/.test(refused.stderr)]).toEqual([1, true]);
    const forced = await mmrv(["copy", "standby", "--from-vault", "production", "--force"]);
    expect([forced.code, await inStandby()]).toEqual([0, values]);
  });

  it("are filled from an escrow file when those vaults are gone too", async () => {
    const { code, stdout: file, stderr } = await mmrv(["escrow", "production", "--recipient", recipient]);
    expect([code, stderr.split("\n")[0]]).toEqual([
      0,
      `wrote 4 secrets of production for 1 owner; sha256:${createHash("sha256").update(file).digest("hex")}`,
    ]);
    const record = JSON.parse(readFileSync(join(stage.folder, "recovery/escrow/production.json"), "utf8"));
    expect(record).toMatchObject({
      environment: "production",
      recipients: [recipient],
      secrets: { backend: ["Session-Key", "database-url"], frontend: ["Session-Key", "database-url"] },
    });
    expect(readdirSync(join(stage.folder, "recovery/escrow"))).toEqual(["production.json"]);

    empty();
    const from = ["copy", "standby", "--from-escrow", "-", "--identity", keyFile];
    const copied = await mmrv(from, file);
    expect([copied.code, copied.stdout.includes("4 secrets: 4 created")]).toEqual([0, true]);
    expect(await inStandby()).toEqual(values);

    const bad = [
      [from, file.slice(0, -200), /damaged/],
      [["copy", "staging", ...from.slice(2)], file, /of another environment than staging/],
      [["copy", "standby", "--from-escrow", file.slice(0, 40)], "", /^--from-escrow must be -/],
      [["copy", "standby", "--from-escrow", "-"], file, /^--identity is missing/],
      [[...from, "--from-vault", "production"], file, /one of them/],
    ] as const;
    for (const [args, input, why] of bad) {
      const refused = await mmrv(args, input);
      expect([refused.code, why.test(refused.stderr), refused.stderr]).toEqual([1, true, refused.stderr]);
    }
  });

  it("make an escrow file of all secrets or none", async () => {
    const before = readFileSync(join(stage.folder, "recovery/escrow/production.json"), "utf8");
    stage.azure.faults.add({ kind: "500", method: "GET", path: "kv-frontend-prd-k3m7", times: 50 });
    const { code, stdout, stderr } = await mmrv(["escrow", "production", "--recipient", recipient]);
    expect([code, stdout, stderr.split("\n")[0]]).toEqual([1, "", "no escrow file was written"]);
    expect(readFileSync(join(stage.folder, "recovery/escrow/production.json"), "utf8")).toBe(before);
    expect((await mmrv(["escrow", "production"])).stderr).toMatch(/^--recipient is missing/);
  });

  it("show no value and no key, in whatever was said and written", () => {
    const said = outcomes.map(({ stderr, stdout }) => stdout + stderr).join("\n");
    const written = readFileSync(join(stage.folder, "recovery/escrow/production.json"), "utf8");
    for (const secret of [...values.map((value) => value.trim()), "by hand", key])
      expect([said.includes(secret), written.includes(secret)]).toEqual([false, false]);
  });
});
