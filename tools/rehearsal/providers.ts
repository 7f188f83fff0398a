import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { flat } from "../flat";
import type { SynthesizedStack } from "../program/stacks";
import { NO_TERRAFORM, Terraform } from "../terraform/terraform";

interface RequiredProvider {
  readonly source: string;
  readonly version: string;
}

/** A provider that Terraform has found, or its own reason why not. */
export type Provider = { readonly mirror: string } | { readonly reason: string };

/** What of the caller's environment Terraform needs to reach its registry; nothing of Azure's. */
const NETWORK_VARIABLES = [
  "PATH",
  "HOME",
  "TF_CLI_CONFIG_FILE",
  "TF_PLUGIN_CACHE_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
];

/**
 * Lets Terraform install one provider the way it would for anybody, into a folder that then serves as a mirror. This
 * is the only step that may use the network.
 */
export async function findProvider(folder: string, { source, version }: RequiredProvider): Promise<Provider> {
  if ((await Terraform.version()) === undefined) return { reason: NO_TERRAFORM };
  const inside = join(folder, "providers", source.replaceAll("/", "-"));
  await mkdir(inside, { recursive: true });
  await writeFile(
    join(inside, "main.tf.json"),
    JSON.stringify({ terraform: { required_providers: { it: { source, version } } } }),
  );
  const environment = Object.fromEntries(
    NETWORK_VARIABLES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] as string]])),
  );
  const { exitCode, stderr } = await new Terraform(inside, { ...environment, CHECKPOINT_DISABLE: "1" }, true).text([
    "init",
    "-no-color",
    "-input=false",
    "-backend=false",
  ]);
  return exitCode === 0 ? { mirror: join(inside, ".terraform", "providers") } : { reason: reasonIn(stderr) };
}

/** Each provider that the stacks require, once: where it is, or Terraform's reason why it cannot be had. */
export async function findProviders(folder: string, stacks: readonly SynthesizedStack[]) {
  const required = new Map(
    stacks
      .flatMap(({ json }) => Object.values(json.terraform?.required_providers ?? {}))
      .map((provider) => [provider.source, provider]),
  );
  const found = await Promise.all(
    [...required.values()].map(async (provider) => ({ provider, result: await findProvider(folder, provider) })),
  );
  const mirrors = found.flatMap(({ result }) => ("mirror" in result ? [result.mirror] : []));
  const missing = new Map(
    found.flatMap(({ provider, result }) => ("reason" in result ? [[provider.source, result.reason] as const] : [])),
  );
  return { mirrors, missing };
}

/** Terraform's own sentence, from "Error:" to the end of its paragraph, on one line. */
function reasonIn(output: string): string {
  const text = flat(output);
  const start = text.indexOf("Error: ");
  return (start < 0 ? text : text.slice(start + "Error: ".length)).slice(0, 300);
}
