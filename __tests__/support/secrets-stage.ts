import { type ChildProcess, execFile } from "node:child_process";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { type ParameterType, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { SecretClient } from "@azure/keyvault-secrets";
import type { Environment } from "../../model/environment";
import { namesOf } from "../../model/naming";
import { LocalAzure } from "../../tools/azure-simulator/server";
import { createSandbox, type Sandbox } from "../../tools/rehearsal/sandbox";
import type { Application } from "./fixtures/applications";
import { staging } from "./fixtures/environments/staging";
import { FlakyProxy } from "./flaky-proxy";
import { Moto } from "./moto";
import { copyProject } from "./project-copy";
import { seedVault, vaultClient } from "./secrets-tunnel";

/** The sources of each application. */
export type Secrets = Record<Application, Environment["aws"]["secrets"][string]>;

export const VAULTS: Readonly<Record<Application, string>> = {
  backend: namesOf(staging).vault("backend"),
  frontend: namesOf(staging).vault("frontend"),
};

// The SDK warns users of Node.js 20 of versions to come.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** As the one user of moto is called; nothing is checked. */
const NOBODY = { accessKeyId: "test", secretAccessKey: "test" };

/** The command by itself; the whole of mmrv takes a second more to start. */
const RUNNER = "tools/cli/run-secrets.ts";
export const MMRV = ["tools/cli/mmrv.ts", "secrets"];

/** What a user saw of a command, and how it ended; -1 when it was killed. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A local AWS, a local Azure with both vaults of staging, and a copy of the project that knows them. */
export class SecretsStage {
  private readonly secretsManager: SecretsManagerClient;
  private readonly parameterStore: SSMClient;

  private constructor(
    private readonly moto: Moto,
    /** Between the command and AWS. */
    readonly proxy: FlakyProxy,
    readonly azure: LocalAzure,
    readonly sandbox: Sandbox,
    /** Of the project's copy. */
    readonly folder: string,
  ) {
    const here = { endpoint: moto.url, region: staging.aws.region, credentials: NOBODY };
    this.secretsManager = new SecretsManagerClient(here);
    this.parameterStore = new SSMClient(here);
  }

  static async start(): Promise<SecretsStage> {
    const [moto, azure] = await Promise.all([Moto.start(), LocalAzure.start()]);
    const [proxy, sandbox] = [await FlakyProxy.start(moto.url), await createSandbox(azure)];
    for (const name of Object.values(VAULTS)) seedVault(azure, name);
    const folder = copyProject();
    renameSync(join(folder, "environments/staging.ts"), join(folder, "environments/staging-before.ts"));
    writeFileSync(
      join(folder, RUNNER),
      'import { secretsCommand } from "./secrets";\nvoid secretsCommand().parseAsync();\n',
    );
    return new SecretsStage(moto, proxy, azure, sandbox, folder);
  }

  async stop(): Promise<void> {
    this.proxy.stop();
    this.moto.stop();
    await this.azure.stop();
    await this.sandbox.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Answers what only the owner knows, and says which secrets there are. */
  configure(secrets: Partial<Secrets>, aws: Partial<Environment["aws"]> = {}): void {
    const answers: Partial<Environment["aws"]> = {
      accountId: "123456789012",
      vpcCidrs: ["10.0.0.0/16"],
      hostedZoneId: "Z2FDTNDATAQYW2",
      ecr: { backend: { repository: "mmrv-backend", newest: 20 } },
      secrets: { backend: [], frontend: [], ...secrets },
      ...aws,
    };
    writeFileSync(
      join(this.folder, "environments/staging.ts"),
      `import { staging as before } from "./staging-before";\nexport const staging = { ...before, aws: { ...before.aws, ...${JSON.stringify(answers)} } } as typeof before;\n`,
    );
  }

  /** `mmrv secrets MODE staging …`, to its end. */
  run(mode: "plan" | "copy" | "verify", more: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return this.start([mode, "staging", ...more], env).outcome;
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}, program: readonly string[] = [RUNNER]) {
    const command = [resolve("tools/load.mjs"), ...program, ...args];
    const aws = {
      AWS_ENDPOINT_URL: this.proxy.url,
      AWS_ACCESS_KEY_ID: NOBODY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: NOBODY.secretAccessKey,
    };
    let child: ChildProcess | undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      const options = {
        cwd: this.folder,
        env: { ...this.sandbox.environment, ...aws, ...env },
        maxBuffer: 64 * 1024 ** 2,
      };
      child = execFile(process.execPath, command, options, (error, stdout, stderr) => {
        const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
        resolve({ code, stdout, stderr });
      });
    });
    return { outcome, kill: () => child?.kill("SIGKILL") };
  }

  async secret(name: string, value: string | Uint8Array): Promise<void> {
    const content = typeof value === "string" ? { SecretString: value } : { SecretBinary: value };
    await this.secretsManager.send(new CreateSecretCommand({ Name: name, ...content }));
  }

  async emptySecret(name: string): Promise<void> {
    await this.secretsManager.send(new CreateSecretCommand({ Name: name }));
  }

  /** When AWS's current version was written. */
  async changedAt(name: string): Promise<Date> {
    const { CreatedDate } = await this.secretsManager.send(new GetSecretValueCommand({ SecretId: name }));
    return CreatedDate ?? new Date(0);
  }

  async deleteSecret(name: string): Promise<void> {
    await this.secretsManager.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }));
  }

  async parameter(name: string, value: string, type: ParameterType = "SecureString"): Promise<void> {
    await this.parameterStore.send(new PutParameterCommand({ Name: name, Value: value, Type: type }));
  }

  /** Both vaults as they are when they have just been deployed. */
  emptyVaults(): void {
    for (const name of Object.values(VAULTS)) this.azure.arm.store.delete(seedVault(this.azure, name).toLowerCase());
    this.azure.secrets.forgetOrphans();
    for (const name of Object.values(VAULTS)) seedVault(this.azure, name);
    this.azure.requests.length = 0;
  }

  vault(application: Application): SecretClient {
    return vaultClient(this.azure, VAULTS[application]);
  }

  /** The value of each secret of a vault that can be read. */
  async valuesIn(application: Application): Promise<Record<string, string | undefined>> {
    const client = this.vault(application);
    const values: Record<string, string | undefined> = {};
    for await (const { name, enabled } of client.listPropertiesOfSecrets())
      values[name] = enabled ? (await client.getSecret(name)).value : undefined;
    return values;
  }

  /** How many versions each secret of a vault has. */
  async versionsIn(application: Application): Promise<number[]> {
    const client = this.vault(application);
    const counts: number[] = [];
    for await (const { name } of client.listPropertiesOfSecrets()) {
      let count = 0;
      for await (const _ of client.listPropertiesOfSecretVersions(name)) count += 1;
      counts.push(count);
    }
    return counts;
  }
}
