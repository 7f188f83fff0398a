import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findProvider, type Provider } from "../../tools/rehearsal/providers";
import { pinnedFirst } from "../../tools/setup/locate";
import { findMissing } from "./missing";
import { everyProvider } from "./provider-stack";
import type {} from "./requires";
import { synthStack } from "./synth";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the real azurerm provider is, or why it cannot be had. */
    azurerm: Provider;
    /** The same of the providers that speak to a cluster. */
    helm: Provider;
    kubernetes: Provider;
  }
}

/** Puts the pinned tools in front, finds the providers once for all tests, and what this machine does not have. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  process.env["PATH"] = pinnedFirst();
  const folder = await mkdtemp(join(tmpdir(), "mmrv-provider-"));
  // The version that the bindings pin.
  const { required_providers } = synthStack(everyProvider).json.terraform;
  const find = (name: "azurerm" | "helm" | "kubernetes") => findProvider(folder, required_providers[name]);
  const providers = { azurerm: await find("azurerm"), helm: await find("helm"), kubernetes: await find("kubernetes") };
  for (const name of ["azurerm", "helm", "kubernetes"] as const) provide(name, providers[name]);
  provide("missing", await findMissing(providers));
  return () => rm(folder, { recursive: true, force: true });
}
