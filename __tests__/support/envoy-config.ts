import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../tools/processes";
import { locate } from "../../tools/setup/locate";
import { TOOLS } from "../../tools/setup/tools";
import type { KubernetesObject } from "./helm";

/** Objects of Envoy's API, by the discovery service that hands them out. */
export interface EnvoyConfig {
  readonly bootstrap: Json;
  readonly lds: readonly Json[];
  readonly rds: readonly Json[];
  readonly cds: readonly Json[];
  readonly eds: readonly Json[];
  /** What Envoy Gateway would write into the status of objects that it does not take, by type of condition. */
  readonly refusals: readonly string[];
}

export type Json = { readonly [key: string]: unknown };

const DUMPS = {
  lds: ["dynamicListeners", "activeState", "listener"],
  rds: ["dynamicRouteConfigs", "routeConfig"],
  cds: ["dynamicActiveClusters", "cluster"],
  eds: ["dynamicEndpointConfigs", "endpointConfig"],
} as const;

/** A translation, with what it is of: the tests of a machine without the translator go by one that was kept. */
export interface Translation {
  readonly by: string;
  /** The sha256 of the objects; certificates are new each time, and are in no translation. */
  readonly of: string;
  readonly config: EnvoyConfig;
}

/** Written by `npm test -- -u` where egctl is (`npm run tools -- egctl`). */
export const KEPT = join(__dirname, "fixtures/gateway-translation.json");

/**
 * The objects in Envoy's words: translated here, or as they were kept.
 * @throws Error with what the translator says
 */
export async function translated(objects: readonly KubernetesObject[], folder: string): Promise<Translation> {
  const plain = objects.filter(({ kind }) => kind !== "Secret");
  const of = createHash("sha256").update(JSON.stringify(plain)).digest("hex");
  const by = `egctl ${TOOLS.egctl.version}`;
  const at = await locate("egctl");
  if (at !== undefined && "path" in at) return { by, of, config: await translate(objects, folder) };
  const { config } = JSON.parse(readFileSync(KEPT, "utf8")) as Translation;
  return { by, of, config };
}

/** What Envoy Gateway would make of the objects, by its own translator. */
async function translate(objects: readonly KubernetesObject[], folder: string): Promise<EnvoyConfig> {
  const file = join(folder, "objects.yaml");
  writeFileSync(file, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  const words = [
    "x",
    "translate",
    "--from",
    "gateway-api",
    "--to",
    "gateway-api,xds",
    "--output",
    "json",
    "--file",
    file,
  ];
  const { exitCode, stderr, stdout } = await run("egctl", words);
  if (exitCode !== 0) throw new Error(`egctl: ${stderr}`);
  const { xds, ...taken } = JSON.parse(stdout) as { xds: Record<string, { configs: Json[] }> };
  const gateways = Object.values(xds);
  const [gateway] = gateways;
  if (!gateway || gateways.length > 1) throw new Error(`egctl: ${gateways.length} gateways`);
  const resources = ([list, ...path]: readonly string[]) =>
    gateway.configs
      .flatMap((dump) => (dump[list ?? ""] ?? []) as Json[])
      .map((entry) => path.reduce<Json>((inside, key) => inside[key] as Json, entry));
  const bootstrap = gateway.configs.find((dump) => "bootstrap" in dump)?.["bootstrap"] as Json;
  return {
    bootstrap,
    lds: resources(DUMPS.lds),
    rds: resources(DUMPS.rds),
    cds: resources(DUMPS.cds),
    eds: resources(DUMPS.eds),
    refusals: conditionsIn(taken)
      .filter(({ status }) => status !== "True")
      .map(({ message, type }) => `${type}: ${message}`),
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

function conditionsIn(value: unknown): Condition[] {
  if (typeof value !== "object" || value === null) return [];
  const { conditions = [] } = value as { conditions?: Condition[] };
  return [...conditions, ...Object.values(value).flatMap(conditionsIn)];
}
