import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { flat } from "../flat";
import { parseJson } from "../parse-json";
import { run } from "../processes";
import { DEFINITIONS, permissiveDefinition } from "./definitions";

/** A custom resource definition, as its makers publish it. */
export interface PublishedDefinition {
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string };
}

/**
 * The Go modules whose files the definitions are: of the versions in environments/third-party.ts, and of Envoy Gateway the
 * newest patch of that minor that is a module; it names the version of Gateway API in its own go.mod.
 */
const MODULES = [
  {
    module: "sigs.k8s.io/gateway-api",
    version: "v1.6.1",
    folder: "config/crd/standard",
    files: ["gatewayclasses", "gateways", "httproutes"].map((kind) => `gateway.networking.k8s.io_${kind}`),
  },
  {
    module: "github.com/envoyproxy/gateway",
    version: "v1.9.1",
    folder: "charts/gateway-helm/charts/crds/crds/generated",
    files: ["envoyproxies", "clienttrafficpolicies", "backendtrafficpolicies"].map(
      (kind) => `gateway.envoyproxy.io_${kind}`,
    ),
  },
  {
    module: "github.com/cert-manager/cert-manager",
    version: "v1.21.2",
    folder: "deploy/crds",
    files: ["issuers", "certificates"].map((kind) => `cert-manager.io_${kind}`),
  },
] as const;

/** Every definition that our charts need. */
export interface DefinitionsOfOthers {
  readonly definitions: readonly PublishedDefinition[];
  /** What could not be had as it is published, and why: it takes anything. */
  readonly missing: readonly string[];
}

/**
 * The definitions that judge our routes, gateways and certificates as on AKS, and permissive ones of what only comes with
 * AKS. Go keeps what it has downloaded once.
 */
export async function definitionsOfOthers(): Promise<DefinitionsOfOthers> {
  const all = await Promise.all(
    MODULES.map(async ({ files, folder, module, version }) => {
      const found = await download(`${module}@${version}`);
      if ("why" in found) return { definitions: [], missing: [`${module} ${version}: ${found.why}`] };
      const paths = files.map((file) => join(found.folder, folder, `${file}.yaml`));
      return { definitions: (await Promise.all(paths.map(definitionsIn))).flat(), missing: [] };
    }),
  );
  const published = all.flatMap(({ definitions }) => definitions);
  const known = published.map(({ metadata: { name } }) => name);
  return {
    definitions: [
      ...published,
      ...DEFINITIONS.map(permissiveDefinition).filter(({ metadata: { name } }) => !known.includes(name)),
    ],
    missing: all.flatMap(({ missing }) => missing),
  };
}

async function download(module: string): Promise<{ readonly folder: string } | { readonly why: string }> {
  // Outside of any module of the user's; the user's proxy and cache count.
  const options = { cwd: tmpdir(), env: { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" } };
  const ended = await run("go", ["mod", "download", "-json", module], options).catch((error: Error) => error);
  if (ended instanceof Error) return { why: flat(ended.message) };
  const { Dir, Error: why = ended.stderr } = (parseJson(ended.stdout) ?? {}) as { Dir?: string; Error?: string };
  return Dir === undefined ? { why: flat(why) } : { folder: Dir };
}

async function definitionsIn(file: string): Promise<PublishedDefinition[]> {
  const documents = parseAllDocuments(await readFile(file, "utf8"));
  return documents
    .map((document) => document.toJS() as PublishedDefinition | null)
    .filter((object): object is PublishedDefinition => object?.kind === "CustomResourceDefinition");
}
