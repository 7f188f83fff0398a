import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { z } from "zod";
import { ANNOTATIONS, GITOPS_FILES } from "../../model/gitops/files";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";

/** An object of Kubernetes, as far as it names itself. */
export const namedObject = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
export type NamedObject = z.infer<typeof namedObject>;

const texts = z.record(z.string(), z.string());
const generator = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  files: z.array(z.string()).default([]),
  literals: z.array(z.string()).default([]),
  options: z.strictObject({
    disableNameSuffixHash: z.literal(true),
    annotations: texts.optional(),
    labels: texts.optional(),
  }),
});
type Generator = z.infer<typeof generator>;

/** All that render writes: whatever else kustomize can do would change what Flux applies, and no difference would show it. */
const kustomization = z.strictObject({
  apiVersion: z.string(),
  kind: z.literal("Kustomization"),
  resources: z.array(z.string()).default([]),
  configMapGenerator: z.array(generator).default([]),
});

/** An object that Flux applies, and the file that says so. */
export interface Applied {
  readonly object: NamedObject;
  readonly file: string;
}

/** What a folder of gitops/ is built to. */
export interface Kustomized {
  readonly applied: readonly Applied[];
  /** The files behind a key of a generated ConfigMap. */
  filesOf(configMap: string, key: string): readonly string[];
}

/**
 * Builds a folder as Flux does: its resources, and the ConfigMaps that are generated from files. Variables that only the cluster
 * knows stay as they are written.
 * @param tree the program's folder at some commit
 * @param folder from there
 * @returns undefined where there is no such folder
 * @throws UserError with what is wrong with a file, and for what render does not write
 */
export async function readKustomization(tree: string, folder: string): Promise<Kustomized | undefined> {
  if (!existsSync(join(tree, folder))) return undefined;
  // Without this file Flux applies all that is in the folder.
  const file = join(tree, folder, GITOPS_FILES.kustomization);
  const [found] = await documents(tree, file);
  const { configMapGenerator, resources } = checked(kustomization, found, tree, file);
  const named = await Promise.all(
    resources.map(async (name) => {
      const path = join(tree, folder, name);
      const found = await documents(tree, path);
      return found.map((object) => ({ file: path, object: checked(namedObject, object, tree, path) }));
    }),
  );
  const generated = configMapGenerator.map(async (one) => ({ file, object: await configMap(tree, folder, one) }));
  return {
    applied: [...named.flat(), ...(await Promise.all(generated))].map(({ file, object }) => ({
      file,
      object: substituted(object),
    })),
    filesOf: (name, key) =>
      configMapGenerator
        .filter((one) => one.name === name)
        .flatMap(({ files }) => files.map(keyed))
        .filter((one) => one.key === key)
        .map(({ path }) => join(tree, folder, path)),
  };
}

/** A ConfigMap as kustomize makes it: a key for each file, and for each literal. */
async function configMap(tree: string, folder: string, of: Generator): Promise<NamedObject> {
  const { files, literals, name, namespace } = of;
  const { annotations, labels } = of.options;
  const read = files
    .map(keyed)
    .map(async ({ key, path }) => [key, await text(tree, join(tree, folder, path))] as const);
  const literal = literals.map((one) => {
    const [key = "", ...value] = one.split("=");
    return [key, value.join("=")] as const;
  });
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, ...(annotations && { annotations }), ...(labels && { labels }) },
    data: Object.fromEntries([...(await Promise.all(read)), ...literal]),
  };
}

/** A file of a generated ConfigMap: `key=path`, or a path whose last part is the key. */
function keyed(file: string): { readonly key: string; readonly path: string } {
  const [first = "", ...rest] = file.split("=");
  return rest.length > 0 ? { key: first, path: rest.join("=") } : { key: basename(first), path: first };
}

/** Flux substitutes in what it applies, unless the object says no; what was doubled so that it stays is shown as it will be. */
function substituted(object: NamedObject): NamedObject {
  const [[annotation, no]] = Object.entries(ANNOTATIONS.notSubstituted) as [[string, string]];
  if (object.metadata.annotations?.[annotation] === no) return object;
  return namedObject.parse(JSON.parse(JSON.stringify(object).replaceAll("$$", () => "$")));
}

async function text(tree: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw unlikeRender(tree, file, code === "ENOENT" ? "is named, and not there" : flat(message));
  }
}

async function documents(tree: string, file: string): Promise<unknown[]> {
  const found = await text(tree, file);
  try {
    return objectsIn(found);
  } catch (error) {
    throw unlikeRender(tree, file, flat((error as Error).message));
  }
}

/** @throws Error for what is no YAML */
export function objectsIn(text: string): unknown[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw error;
    const object: unknown = document.toJS();
    return object === null || object === undefined ? [] : [object];
  });
}

/** @throws UserError with what does not fit */
export function checked<T>(schema: z.ZodType<T>, value: unknown, tree: string, file: string): T {
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  const said = (error?.issues ?? []).map(({ message, path }) => `${path.join(".")}: ${message}`).join("; ");
  throw unlikeRender(tree, file, printable(said));
}

/** A file that is not what render writes. */
export const unlikeRender = (tree: string, file: string, why: string): UserError =>
  new UserError(`${relative(tree, file)}: ${why}\n  next: npx mmrv render`);

/**
 * An object as text that is the same however it was written: keys sorted, comments gone.
 * @throws UserError for what is no object with a name
 */
export function shownObject(value: unknown, from: string): { readonly name: string; readonly text: string } {
  const { data } = namedObject.safeParse(value);
  if (data === undefined) throw new UserError(`${from}: renders something that is no object of Kubernetes`);
  const { kind, metadata } = data;
  const name = printable([kind, metadata.namespace, metadata.name].filter(Boolean).join("/"));
  return { name, text: stringify(data, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false }) };
}
