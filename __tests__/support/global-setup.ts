import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findProvider, type Provider } from "../../tools/rehearsal/providers";
import { type Checkov, findCheckov } from "../../tools/security/checkov";
import { Terraform } from "../../tools/terraform/terraform";
import { everyProvider } from "./provider-stack";
import { synthStack } from "./synth";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the real azurerm provider is, or why tests with it could not run. */
    azurerm: Provider;
    /** The same of the providers that speak to a cluster. */
    helm: Provider;
    kubernetes: Provider;
    /** Where the pinned checkov is, or why tests with it could not run. */
    checkov: Checkov;
    /** Whether Terraform is on the PATH. */
    terraform: boolean;
  }
}

/** Finds Terraform, the provider and checkov once for all tests, and says in one line when it cannot. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-provider-"));
  // The version that the bindings pin.
  const { required_providers } = synthStack(everyProvider).json.terraform;
  for (const name of ["azurerm", "helm", "kubernetes"] as const) {
    const provider = await findProvider(folder, required_providers[name]);
    if ("reason" in provider) console.warn(`could not run: tests with the real ${name} provider: ${provider.reason}`);
    provide(name, provider);
  }
  const terraform = (await Terraform.version()) !== undefined;
  if (!terraform)
    console.warn("could not run: the state shape hcp, because cdktf asks Terraform for its version first");
  provide("terraform", terraform);
  const checkov = await findCheckov();
  if ("reason" in checkov) console.warn(`could not run: checkov: ${checkov.reason}`);
  provide("checkov", checkov);
  return () => rm(folder, { recursive: true, force: true });
}
