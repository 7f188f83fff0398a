import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Environment } from "../../../model/environment";
import { knownHosts } from "../../../model/git-ops";
import { namesOf } from "../../../model/naming";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { createSandbox, type Sandbox } from "../../../tools/rehearsal/sandbox";
import { staging } from "../../support/fixtures/environments/staging";
import { copyProject } from "../../support/project-copy";
import { requires } from "../../support/requires";
import { seedVault, vaultClient } from "../../support/secrets-tunnel";

const VAULT = namesOf(staging).gitOpsVault;
const DEPLOY_KEY: Environment["gitOps"] = { via: "deployKey", delivery: {} };
const APP: Environment["gitOps"] = { via: "gitHubApp", appId: 1234, installationId: 5678, delivery: {} };

/** The command by itself; the whole of mmrv takes a second more to start. */
const RUNNER = "tools/cli/run-git-key.ts";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("secrets git-key", () => {
  let azure: LocalAzure;
  let sandbox: Sandbox;
  let folder: string;

  beforeAll(async () => {
    azure = await LocalAzure.start();
    sandbox = await createSandbox(azure);
    folder = copyProject();
    renameSync(join(folder, "environments/staging.ts"), join(folder, "environments/staging-before.ts"));
    const runner = 'import { gitKeyCommand } from "./secrets-git-key";\nvoid gitKeyCommand().parseAsync();\n';
    writeFileSync(join(folder, RUNNER), runner);
  });
  beforeEach(() => {
    azure.arm.store.delete(seedVault(azure, VAULT).toLowerCase());
    azure.secrets.forgetOrphans();
    seedVault(azure, VAULT);
    azure.requests.length = 0;
    configure(DEPLOY_KEY);
  });
  afterAll(async () => {
    await azure?.stop();
    await sandbox?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function configure(gitOps: Environment["gitOps"], owner = "mmrv"): void {
    const { applications } = staging.gitHub;
    const gitHub = { owner, applications, infrastructure: { repository: "azure" } };
    writeFileSync(
      join(folder, "environments/staging.ts"),
      `import { staging as before } from "./staging-before";\nexport const staging = { ...before, ...${JSON.stringify({ gitHub, gitOps })} } as typeof before;\n`,
    );
  }
  /** The command to its end, with a text by standard input. */
  const run = (args: readonly string[] = [], input = "", env: NodeJS.ProcessEnv = {}) =>
    new Promise<Outcome>((done) => {
      const command = [resolve("tools/load.mjs"), RUNNER, "staging", ...args];
      const options = { cwd: folder, env: { ...sandbox.environment, ...env } };
      const child = execFile(process.execPath, command, options, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
      );
      child.stdin?.on("error", () => {}).end(input);
    });
  const inVault = async () => {
    const client = vaultClient(azure, VAULT);
    const found: Record<string, { value?: string; tags?: object; versions: number }> = {};
    for await (const { name } of client.listPropertiesOfSecrets()) {
      const { properties, value } = await client.getSecret(name);
      let versions = 0;
      for await (const _ of client.listPropertiesOfSecretVersions(name)) versions += 1;
      found[name] = { value, tags: properties.tags, versions };
    }
    return found;
  };
  const written = () => azure.requests.filter((request) => request.startsWith("PUT "));

  describe("for a deploy key", () => {
    it("writes the private half and the known hosts, and says the public half with what to do", async () => {
      const { code, stderr, stdout } = await run();
      expect([code, stderr]).toEqual([0, ""]);
      const secrets = await inVault();
      expect(Object.keys(secrets).sort()).toEqual(["git-identity", "git-known-hosts"]);
      expect(secrets["git-known-hosts"]).toMatchObject({ value: knownHosts(), versions: 1 });
      const publicKey = /^ssh-ed25519 \S+ mmrv-staging-flux$/m.exec(stdout)?.[0];
      expect(secrets["git-identity"]).toMatchObject({ tags: { "mmrv-public-key": publicKey }, versions: 1 });
      expect(stdout.split("\n")).toEqual([
        `git-known-hosts: written into ${VAULT}`,
        `git-identity: written into ${VAULT}`,
        "GitHub must know its public half, for reading alone; until then Flux stays at the commit that it has:",
        publicKey,
        `  next: echo '${publicKey}' | gh repo deploy-key add - --title mmrv-staging-flux --repo mmrv/azure`,
        "  or https://github.com/mmrv/azure/settings/keys/new, without write access",
        "  then npx mmrv deploy staging-addons",
        "",
      ]);
    });

    it("writes the key last: where it is, all is", async () => {
      await run();
      expect(written().map((request) => /secrets\/([\w-]+)/.exec(request)?.[1])).toEqual([
        "git-known-hosts",
        "git-identity",
      ]);
    });

    it(
      "makes a pair that OpenSSH takes: the half that it reads out of the vault's is the one that was said",
      requires("ssh-keygen"),
      async () => {
        const { stdout } = await run();
        const file = join(sandbox.folder, "identity");
        writeFileSync(file, (await inVault())["git-identity"]?.value ?? "", { mode: 0o600 });
        const read = await promisify(execFile)("ssh-keygen", ["-y", "-f", file]);
        rmSync(file);
        expect(stdout.split("\n")).toContain(read.stdout.trim());
      },
    );

    it("shows the private half nowhere: not in what is printed, not in an argument, not in a file", async () => {
      const loud = { AZURE_LOG_LEVEL: "verbose" };
      const outcomes = [await run([], "", loud), await run([], "", loud), await run(["--rotate"], "", loud)];
      expect(outcomes.map(({ code }) => code)).toEqual([0, 1, 0]);
      const lines = ((await inVault())["git-identity"]?.value ?? "").split("\n").slice(1, -2);
      expect(lines.length).toBeGreaterThan(3);
      const said = outcomes.map(({ stderr, stdout }) => `${stdout}${stderr}`).join();
      expect(said).toContain("azure:");
      // The first line begins as every such file does.
      const secret = lines.slice(2);
      expect(secret.filter((line) => said.includes(line))).toEqual([]);
      const files = [...filesIn(folder), ...filesIn(sandbox.folder)].map((path) => readFileSync(path, "latin1"));
      expect(files.length).toBeGreaterThan(100);
      expect(secret.filter((line) => files.some((file) => file.includes(line)))).toEqual([]);
    });

    it("never writes over a key, and says which it is", async () => {
      await run();
      const before = await inVault();
      expect(await run()).toEqual({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(
          new RegExp(
            `^staging: ${VAULT} has git-identity already, and Flux reads Git with it; nothing was touched\\n {2}next: --rotate writes a successor, and leaves this version in the vault; its public half is ssh-ed25519 \\S+ mmrv-staging-flux\\n$`,
          ),
        ),
      });
      expect(await inVault()).toEqual(before);
    });

    it("rotates: another key, while the one before stays in the vault", async () => {
      await run();
      const before = await inVault();
      const { code, stderr, stdout } = await run(["--rotate"]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(`git-identity: written into ${VAULT}; the version before stays in the vault\n`);
      expect(stdout).toContain(
        "  then, when Flux has fetched with it: gh repo deploy-key list --repo mmrv/azure, and take the one before away\n",
      );
      const after = await inVault();
      expect(after["git-identity"]?.versions).toBe(2);
      expect(after["git-identity"]?.value).not.toBe(before["git-identity"]?.value);
      expect(after["git-known-hosts"]).toEqual(before["git-known-hosts"]);
    });

    it("says the first steps with --rotate where there was no key", async () => {
      const { code, stderr, stdout } = await run(["--rotate"]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(`git-identity: written into ${VAULT}\n`);
      expect(stdout.split("\n").slice(-2)).toEqual(["  then npx mmrv deploy staging-addons", ""]);
      expect(stdout).not.toContain("the one before");
    });

    it("brings other known hosts up to date without touching the key", async () => {
      await run();
      const { "git-identity": key } = await inVault();
      await vaultClient(azure, VAULT).setSecret("git-known-hosts", "[ssh.github.com]:443 ssh-rsa AAAA\n");
      expect(await run()).toEqual({
        code: 0,
        stdout: `git-known-hosts: written into ${VAULT}\ngit-identity: is there, left as it is\n`,
        stderr: "",
      });
      expect(await inVault()).toEqual({
        "git-identity": key,
        "git-known-hosts": expect.objectContaining({ value: knownHosts() }),
      });
    });

    it("only says what it would do with --dry-run", async () => {
      expect(await run(["--dry-run"])).toEqual({
        code: 0,
        stdout: `git-known-hosts: would be written into ${VAULT}\ngit-identity: would be made, and written into ${VAULT}\n`,
        stderr: "",
      });
      expect(written()).toEqual([]);
    });
  });

  describe("for a GitHub App", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "der" },
    });
    beforeEach(() => configure(APP));

    it("takes its private key by standard input, and the ids from the environment", async () => {
      const { code, stderr, stdout } = await run(["--app-key", "-"], privateKey);
      expect([code, stderr]).toEqual([0, ""]);
      const fingerprint = `SHA256:${createHash("sha256").update(publicKey).digest("base64")}`;
      expect(stdout).toContain(`GitHub lists it among the App's private keys as ${fingerprint}\n`);
      const secrets = await inVault();
      expect(Object.fromEntries(Object.entries(secrets).map(([name, { value }]) => [name, value]))).toEqual({
        "git-app-id": "1234",
        "git-app-installation-id": "5678",
        "git-app-private-key": privateKey,
      });
      const [, line = ""] = privateKey.split("\n");
      expect(stdout).not.toContain(line);
    });

    it("says by whether there was a key what comes next, and not by --rotate", async () => {
      const rotate = async () => (await run(["--rotate", "--app-key", "-"], privateKey)).stdout.split("\n").slice(-2);
      expect(await rotate()).toEqual(["  next: delete the file, then npx mmrv deploy staging-addons", ""]);
      expect(await rotate()).toEqual([
        "  next: when Flux has fetched with it, delete the one before in the App's settings; delete the file too",
        "",
      ]);
    });

    it("asks for a key that nobody handed on", async () => {
      expect(await run()).toEqual({
        code: 1,
        stdout: "",
        stderr: `staging: only GitHub makes the private key of an App, and none was handed on; nothing was written into ${VAULT}\n  next: generate one in the App's settings, then npx mmrv secrets git-key staging --app-key - < FILE\n`,
      });
      expect(written()).toEqual([]);
    });

    it("follows another installation without the key", async () => {
      await run(["--app-key", "-"], privateKey);
      configure({ ...APP, installationId: 9 });
      expect(await run()).toEqual({
        code: 0,
        stdout: `git-app-installation-id: written into ${VAULT}\ngit-app-private-key: is there, left as it is\n`,
        stderr: "",
      });
    });

    it("refuses what is none, before it asks the vault", async () => {
      const { code, stderr, stdout } = await run(["--app-key", "-"], privateKey.slice(0, 400));
      expect([code, stdout, azure.requests]).toEqual([1, "", []]);
      expect(stderr).toMatch(/^what came by standard input is no private key of a GitHub App; /);
      expect(stderr).not.toContain(privateKey.split("\n")[1]);
    });

    it("refuses a key among the arguments, and does not say it again", async () => {
      const { code, stderr, stdout } = await run(["--app-key", privateKey]);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^--app-key must be -, and the key come by standard input/);
      expect(stderr).not.toContain(privateKey.split("\n")[1]);
    });
  });

  describe("is refused before anything is touched", () => {
    it.each<[string, Environment["gitOps"], string, readonly string[], string]>([
      ["without GitOps", { via: "none" }, "mmrv", [], "staging: gitOps says none, so Flux reads no repository"],
      ["with an App's key for a deploy key", DEPLOY_KEY, "mmrv", ["--app-key", "-"], "staging: gitOps says deployKey,"],
      ["for a repository that nobody has named", DEPLOY_KEY, "change-me", [], "staging: 1 value in "],
    ])("%s", async (_, gitOps, owner, args, said) => {
      configure(gitOps, owner);
      const { code, stderr, stdout } = await run(args);
      expect([code, stdout, stderr.slice(0, said.length)]).toEqual([1, "", said]);
      expect(stderr).toContain("nothing was touched");
      expect(azure.requests).toEqual([]);
    });

    it("without a vault", async () => {
      azure.arm.store.delete(seedVault(azure, VAULT).toLowerCase());
      const { code, stderr } = await run();
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^staging: (there is no vault|the name) .*deploy the environment's infra stack/),
      ]);
    });
  });

  it("says what to do when nobody is logged in, and makes no key for nothing", async () => {
    writeFileSync(join(folder, "az"), '#!/bin/sh\necho "Please run az login" >&2\nexit 1\n', { mode: 0o700 });
    const nobody = { AZURE_TENANT_ID: "", AZURE_CLIENT_ID: "", AZURE_CLIENT_SECRET: "", PATH: folder };
    const { code, stderr, stdout } = await run([], "", nobody);
    expect([code, stdout, stderr]).toEqual([
      1,
      "",
      expect.stringMatching(/^staging: you are not logged in to Azure.*az login, then run it again\n$/),
    ]);
    expect(written()).toEqual([]);
  });

  it("says what the vault has against it", async () => {
    await run();
    await vaultClient(azure, VAULT).beginDeleteSecret("git-identity");
    expect(await run(["--rotate"])).toEqual({
      code: 1,
      stdout: "",
      stderr: `staging/git-identity: it is deleted in ${VAULT} and not purged; its name is taken; az keyvault secret recover --vault-name ${VAULT} --name git-identity, then run it again\n`,
    });
  });
});

/** Every file below a folder, but what is only linked there. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
  });
}
