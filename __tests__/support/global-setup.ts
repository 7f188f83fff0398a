import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findProvider, type Provider } from "../../tools/rehearsal/providers";
import { ground } from "./fixtures";
import { synthStack } from "./synth";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the real azurerm provider is, or why tests with it could not run. */
    azurerm: Provider;
  }
}

/** Finds Terraform and the provider once for all tests, and says in one line when it cannot. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-provider-"));
  // The version that the bindings pin.
  const { azurerm } = synthStack(ground).json.terraform.required_providers;
  const provider = await findProvider(folder, azurerm);
  if ("reason" in provider) console.warn(`could not run: tests with the real azurerm provider: ${provider.reason}`);
  provide("azurerm", provider);
  return () => rm(folder, { recursive: true, force: true });
}
