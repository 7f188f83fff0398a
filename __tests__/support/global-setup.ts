import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findProvider, type Provider } from "../../tools/rehearsal/providers";
import { pinnedFirst } from "../../tools/setup/locate";
import { findMissing, type ProviderName } from "./missing";
import { everyProvider } from "./provider-stack";
import type {} from "./requires";
import { synthStack } from "./synth";

declare module "vitest" {
  interface ProvidedContext {
    /** Where each real provider is, or why it cannot be had. */
    providers: Readonly<Record<ProviderName, Provider>>;
  }
}

/** Puts the pinned tools in front, and finds once for all tests the providers, and what this machine does not have. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  process.env["PATH"] = pinnedFirst();
  // Our own pipeline runs these too, and none of them is a pipeline unless it says so: plan refuses local states in one.
  delete process.env["CI"];
  const folder = await mkdtemp(join(tmpdir(), "mmrv-provider-"));
  // The versions that the program asks for.
  const { required_providers } = synthStack(everyProvider).json.terraform;
  const find = (name: "azurerm" | "helm" | "kubernetes") => findProvider(folder, required_providers[name]);
  const providers = {
    azurerm: await find("azurerm"),
    "azurerm 4.55.0": await findProvider(join(folder, "before"), { source: "azurerm", version: "4.55.0" }),
    helm: await find("helm"),
    kubernetes: await find("kubernetes"),
  };
  provide("providers", providers);
  provide("missing", await findMissing(providers));
  return () => rm(folder, { recursive: true, force: true });
}
