import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import type { SecretClient } from "@azure/keyvault-secrets";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { namesOf } from "../../../model/naming";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { createSandbox, type Sandbox } from "../../../tools/rehearsal/sandbox";
import { staging } from "../../support/fixtures/environments/staging";
import { copyProject } from "../../support/project-copy";
import { seedVault, vaultClient } from "../../support/secrets-tunnel";

const VAULT = namesOf(staging).vault("backend");
const NAME = "database-url";
const [FIRST, SECOND] = ["the-first-value", "the-second-value"];

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let azure: LocalAzure;
let sandbox: Sandbox;
let folder: string;
let client: SecretClient;
/** Of the two values. */
let versions: readonly string[];

beforeAll(async () => {
  azure = await LocalAzure.start();
  sandbox = await createSandbox(azure);
  folder = copyProject();
  client = vaultClient(azure, VAULT);
  // Key Vault dates in whole seconds, and a test writes twice in one.
  let second = 1_790_000_000;
  azure.secrets.now = () => second++;
});
beforeEach(async () => {
  azure.arm.store.delete(seedVault(azure, VAULT).toLowerCase());
  azure.secrets.forgetOrphans();
  seedVault(azure, VAULT);
  const copied = { "mmrv-source": "secretsManager:x#url", "mmrv-source-version": "1", owner: "backend" };
  const first = await client.setSecret(NAME, FIRST, {
    tags: copied,
    contentType: "text/plain",
    expiresOn: new Date(2e12),
  });
  const second = await client.setSecret(NAME, SECOND);
  versions = [first, second].map(({ properties }) => properties.version ?? "");
  azure.requests.length = 0;
});
afterAll(async () => {
  await azure?.stop();
  await sandbox?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The command to its end. */
const restore = (...args: readonly string[]) =>
  new Promise<Outcome>((done) => {
    const command = [
      resolve("tools/load.mjs"),
      "tools/cli/mmrv.ts",
      "secrets",
      "restore",
      "staging",
      "backend",
      ...args,
    ];
    execFile(process.execPath, command, { cwd: folder, env: sandbox.environment }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    );
  });
const written = () => azure.requests.filter((request) => !request.startsWith("GET"));
const howMany = async () => {
  let count = 0;
  for await (const _ of client.listPropertiesOfSecretVersions(NAME)) count += 1;
  return count;
};
/** What a secret that nobody may see would leave behind. */
const hasValue = ({ stderr, stdout }: Outcome) => [FIRST, SECOND].some((value) => `${stdout}${stderr}`.includes(value));

describe("secrets restore", () => {
  it("makes an older version current as a new one, with what stood beside it, and shows no value", async () => {
    const outcome = await restore(NAME, "--version", versions[0] ?? "");
    const { properties, value } = await client.getSecret(NAME);
    expect([outcome.code, outcome.stderr, hasValue(outcome)]).toEqual([0, "", false]);
    expect(outcome.stdout.replace(/of \S+ again/, "of DATE again").split("\n")).toEqual([
      `backend/${NAME}: is as in version ${versions[0]} of DATE again, as version ${properties.version}; the others stay in the vault`,
      expect.stringMatching(/^in AWS \(Secrets Manager .*\) it is what it was: secrets copy leaves this one alone/),
      "next: npx mmrv secrets restart staging backend, for pods that have it in a variable",
      "",
    ]);
    expect([value, properties.tags, properties.contentType, properties.expiresOn, await howMany()]).toEqual([
      FIRST,
      // Without the tags of a copy: the next copy must not take it for what it has copied itself.
      { owner: "backend" },
      "text/plain",
      new Date(2e12),
      3,
    ]);
  });

  it("writes nothing when the value is current already, so that it can be run again", async () => {
    const first = versions[0] ?? "";
    await restore(NAME, "--version", first);
    azure.requests.length = 0;
    const again = await restore(NAME, "--version", first);
    const newest = await restore(NAME, "--version", (await client.getSecret(NAME)).properties.version ?? "");
    expect([again.code, again.stdout, newest.code, newest.stdout, written()]).toEqual([
      0,
      expect.stringMatching(/: the current version, [0-9a-f]{32}, has the same value; nothing was written\n$/),
      0,
      expect.stringMatching(/: version [0-9a-f]{32} is current already; nothing was written\n$/),
      [],
    ]);
  });

  it("undeletes a deleted secret with every version, and then makes the named one current", async () => {
    await client.beginDeleteSecret(NAME);
    const undeleted = await restore(NAME);
    expect([undeleted.code, undeleted.stderr, (await client.getSecret(NAME)).value]).toEqual([0, "", SECOND]);
    expect(undeleted.stdout.split("\n")[0]).toBe(`backend/${NAME}: undeleted, with 2 versions`);
    await client.beginDeleteSecret(NAME);
    const both = await restore(NAME, "--version", versions[0] ?? "");
    expect([both.code, both.stderr, (await client.getSecret(NAME)).value, await howMany()]).toEqual([0, "", FIRST, 3]);
  });

  it("lists the versions, the newest first, to whoever names none", async () => {
    const outcome = await restore(NAME);
    expect([outcome.code, written(), hasValue(outcome)]).toEqual([1, [], false]);
    expect(outcome.stdout.replaceAll(/of \S+/g, "of DATE").split("\n")).toEqual([
      `backend/${NAME}: ${versions[1]} of DATE`,
      `backend/${NAME}: ${versions[0]} of DATE`,
      "",
    ]);
    expect(outcome.stderr).toBe(
      `${NAME} in ${VAULT} is there, and nobody said which version of it; nothing was written\n  next: again with --version and one of these\n`,
    );
  });

  it("writes nothing with --dry-run, of what is there and of what is deleted", async () => {
    const there = await restore(NAME, "--version", versions[0] ?? "", "--dry-run");
    await client.beginDeleteSecret(NAME);
    azure.requests.length = 0;
    const deleted = await restore(NAME, "--version", versions[0] ?? "", "--dry-run");
    expect([there.code, there.stdout, deleted.code, deleted.stdout, written()]).toEqual([
      0,
      expect.stringMatching(/: would be as in version [0-9a-f]{32} of \S+, as a new version; none goes\n$/),
      0,
      `backend/${NAME}: would be undeleted, with every version; then ${versions[0]} would be current\n`,
      [],
    ]);
  });

  it.each([
    [
      "a secret that is nowhere",
      ["nowhere", "--version", "0".repeat(32)],
      /nowhere in kv-\S+: there is none, deleted or not; there are database-url\n/,
    ],
    [
      "a version of another secret",
      [NAME, "--version", "0".repeat(32)],
      /has no version 0{32}; nothing was written\n {2}next: one of these: /,
    ],
    ["a value in the place of a name", [FIRST.replaceAll("-", "!")], /what was typed is none; nothing was touched\n/],
    [
      "a value in the place of a version",
      [NAME, "--version", FIRST],
      /32 hex digits, and what was typed is none; nothing was touched\n/,
    ],
  ])("refuses %s in a line, without a value, and writes nothing", async (_, args, expected) => {
    const outcome = await restore(...args);
    expect([outcome.code, outcome.stdout, outcome.stderr, written(), hasValue(outcome)]).toEqual([
      1,
      "",
      expect.stringMatching(expected),
      [],
      false,
    ]);
    expect(outcome.stderr).not.toContain("the!first!value");
  });

  it("says how a disabled version is enabled, and restores past a current one that is disabled", async () => {
    const [first = "", second = ""] = versions;
    await client.updateSecretProperties(NAME, second, { enabled: false });
    const refused = await restore(NAME, "--version", second);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      `${NAME} in ${VAULT}: version ${second} is disabled, so nobody can read it; nothing was written\n  next: az keyvault secret set-attributes --vault-name ${VAULT} --name ${NAME} --version ${second} --enabled true, then run it again\n`,
    ]);
    const { code } = await restore(NAME, "--version", first);
    expect([code, (await client.getSecret(NAME)).value]).toEqual([0, FIRST]);
  });
});
