import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Provider } from "../../tools/rehearsal/providers";
import { isFrom, locate, tool, toolNames } from "../../tools/setup/locate";
import type { ToolName } from "../../tools/setup/tools";
import { type FluxVersion, missingControllers } from "./flux/controllers";
import { whyNoSandbox } from "./pod-sandbox";

/** What a test may need besides this repository and Node.js. */
export type Need = ToolName | `${"aws" | ProviderName} provider` | FluxNeed | "pod sandbox" | "ssh-keygen" | "Linux";

/** The controllers of Flux; the older ones are those of the extension's release before. */
type FluxNeed = "flux controllers" | "flux 2.6 controllers";

/** The providers that tests use; the second azurerm is the one that the last release asked for. */
export type ProviderName = "azurerm" | "azurerm 4.55.0" | "helm" | "kubernetes";

/** Why a test was skipped. */
export interface Missing {
  /** As the list of allowed skips names it, and as the closing line counts it. */
  readonly reason: string;
  /** In a sentence, with what to do. */
  readonly why: string;
}

export type MissingNeeds = Partial<Record<Need, Missing>>;

/** What tests run although this project installs it for nobody. */
const OF_USER: ReadonlySet<ToolName> = new Set(["terraform", "go"]);

const FLUX = { "flux controllers": "2.7", "flux 2.6 controllers": "2.6" } as const satisfies Record<
  FluxNeed,
  FluxVersion
>;

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { darwin: "macOS", win32: "Windows" };

/** Looks for everything that tests may need, once for all of them. */
export async function findMissing(providers: Readonly<Record<ProviderName, Provider>>): Promise<MissingNeeds> {
  const system = SYSTEMS[process.platform];
  const missing: MissingNeeds = {
    "aws provider": { reason: "aws provider", why: "nothing here fetches it" },
  };
  for (const name of toolNames.filter((name) => OF_USER.has(name) || !isFrom(name, "user"))) {
    const why = await whyNot(name);
    if (why !== undefined) missing[name] = { reason: process.platform === "win32" ? "Windows" : name, why };
  }
  for (const [name, provider] of Object.entries(providers) as [keyof typeof providers, Provider][]) {
    const need = `${name} provider` as const;
    if (system !== undefined) missing[need] = { reason: system, why: "the local Azure is rehearsed on Linux only" };
    else if ("reason" in provider) missing[need] = { reason: need, why: provider.reason };
  }
  for (const [need, version] of Object.entries(FLUX)) {
    const [first] = missingControllers(version);
    if (first === undefined) continue;
    missing[need as FluxNeed] = {
      reason: system ?? need,
      why: `${first} is missing: the Go proxy refuses Flux's controllers; build each from its repository at its tag (CONTRIBUTING.md)`,
    };
  }
  const noSandbox = whyNoSandbox();
  if (noSandbox !== undefined) missing["pod sandbox"] = { reason: system ?? "pod sandbox", why: noSandbox };
  if (!isOnPath("ssh-keygen")) missing["ssh-keygen"] = { reason: "ssh-keygen", why: "OpenSSH is not installed" };
  if (process.platform !== "linux") missing.Linux = { reason: system ?? process.platform, why: "it is not Linux" };
  return missing;
}

async function whyNot(name: ToolName): Promise<string | undefined> {
  const at = await locate(name);
  if (at !== undefined && "path" in at) return undefined;
  const { fits, source, version } = tool(name);
  const found = at === undefined ? "is missing" : `is ${at.unfit} and must be ${fits?.must ?? version}`;
  return `${name} ${found} (${source.by === "user" ? source.from : "npm run tools"})`;
}

const isOnPath = (program: string): boolean =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
