import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { MARKERS_VARIABLE } from "../../model/markers";
import { UserError } from "../../model/user-error";
import { TENANT } from "../azure-simulator/resource-types/identity";
import type { LocalAzure } from "../azure-simulator/server";

export const REHEARSAL_SUBSCRIPTION = "5f1c0d4e-0000-4000-8000-7375626d6d76";

/** A folder of one run, and the environment in which Terraform can reach the local Azure and nothing else. */
export interface Sandbox {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>> & {
    readonly PATH: string;
    readonly HTTPS_PROXY: string;
    readonly TF_CLI_CONFIG_FILE: string;
  };
  readonly remove: () => Promise<void>;
}

/**
 * Builds the environment from nothing: no variable of the caller's gets in but PATH. Credentials are of nobody, the
 * Azure CLI and managed identities are switched off, and the only way out is the stand-in's proxy.
 */
export async function createSandbox(azure: LocalAzure): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-rehearsal-"));
  // Also when the process is told to stop in the middle.
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeNow);
  const inside = (name: string) => join(folder, name);
  await Promise.all([mkdir(inside("home")), mkdir(inside("azure")), mkdir(inside("tmp"))]);
  await writeFile(inside("azure.pem"), azure.certificate);
  const environment = {
    PATH: process.env.PATH ?? "",
    HOME: inside("home"),
    TMPDIR: inside("tmp"),
    TF_CLI_CONFIG_FILE: inside("terraform.rc"),
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    // Placeholders are as good as anything here.
    [`TF_VAR_${MARKERS_VARIABLE.name}`]: MARKERS_VARIABLE.accepted,
    CHECKPOINT_DISABLE: "1",
    HTTPS_PROXY: azure.url,
    HTTP_PROXY: azure.url,
    NO_PROXY: "127.0.0.1,localhost",
    SSL_CERT_FILE: inside("azure.pem"),
    SSL_CERT_DIR: inside("azure"),
    AZURE_CONFIG_DIR: inside("azure"),
    ARM_USE_CLI: "false",
    ARM_USE_MSI: "false",
    ARM_USE_OIDC: "false",
    ARM_TENANT_ID: TENANT,
    ARM_SUBSCRIPTION_ID: REHEARSAL_SUBSCRIPTION,
    ARM_CLIENT_ID: "00000000-0000-4000-8000-00000000000b",
    ARM_CLIENT_SECRET: "of-nobody",
    // The same nobody, for tools that run on Node.
    AZURE_TENANT_ID: TENANT,
    AZURE_CLIENT_ID: "00000000-0000-4000-8000-00000000000b",
    AZURE_CLIENT_SECRET: "of-nobody",
    NODE_EXTRA_CA_CERTS: inside("azure.pem"),
  };
  const remove = async () => {
    process.off("exit", removeNow);
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, environment, remove };
}

/** Puts a folder in front of the PATH, so that what is called finds these programs first. */
export const withPrograms = (sandbox: Sandbox, folder: string): Sandbox => ({
  ...sandbox,
  environment: { ...sandbox.environment, PATH: `${folder}:${sandbox.environment.PATH}` },
});

/** Lets Terraform find providers in these folders, and install from nowhere else. */
export async function allowProviders({ environment }: Sandbox, mirrors: readonly string[]): Promise<void> {
  const blocks = mirrors.map((path) => `  filesystem_mirror {\n    path = ${JSON.stringify(path)}\n  }\n`);
  const content = `disable_checkpoint = true\nprovider_installation {\n${blocks.join("")}}\n`;
  await writeFile(environment.TF_CLI_CONFIG_FILE, content);
}

/**
 * Proves with one request, through the very proxy and certificate that Terraform will be given, that Azure's
 * metadata host is this process.
 * @throws UserError when somebody else answers
 */
export async function proveItIsUs(azure: LocalAzure, { environment }: Sandbox): Promise<void> {
  const proxy = new URL(environment.HTTPS_PROXY);
  const answer = await askThrough(proxy, azure.certificate).catch((error: Error) => error.message);
  if (proxy.hostname !== "127.0.0.1" || !answer.includes(azure.nonce)) {
    throw new UserError(
      `management.azure.com does not lead to this rehearsal (it answered: ${answer.slice(0, 120)}); nothing was applied. Is something else on ${proxy.host}?`,
    );
  }
}

function askThrough(proxy: URL, certificate: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(proxy.port), proxy.hostname, () =>
      socket.write("CONNECT management.azure.com:443 HTTP/1.1\r\nHost: management.azure.com\r\n\r\n"),
    );
    socket.once("error", reject).once("data", () => {
      const tls = connectTls({ socket, servername: "management.azure.com", ca: certificate }, () =>
        tls.write("GET /metadata/endpoints HTTP/1.1\r\nHost: management.azure.com\r\nConnection: close\r\n\r\n"),
      );
      const chunks: Buffer[] = [];
      tls
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("end", () => resolve(Buffer.concat(chunks).toString()))
        .on("error", reject);
    });
    socket.setTimeout(5_000, () => reject(new Error("no answer in 5 s")));
  });
}
