import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { z } from "zod";
import { DELIVERY_ANNOTATION, gitOpsFolder } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { printable } from "../../model/printable";
import { DELIVERIES, type Delivery } from "../../model/schema/git-ops";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";

/** An object of Kubernetes, as far as it names itself. */
const namedObject = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
export type NamedObject = z.infer<typeof namedObject>;

const kustomization = z.looseObject({
  namespace: z.string(),
  resources: z.array(z.string()),
  configMapGenerator: z.array(z.looseObject({ name: z.string(), files: z.array(z.string()).default([]) })).default([]),
});

const helmRelease = namedObject.extend({
  kind: z.literal("HelmRelease"),
  spec: z.looseObject({
    releaseName: z.string(),
    targetNamespace: z.string(),
    chart: z.looseObject({ spec: z.looseObject({ chart: z.string() }) }),
    values: z.record(z.string(), z.unknown()).default({}),
    valuesFrom: z
      .array(z.looseObject({ kind: z.string(), name: z.string(), valuesKey: z.string().default("values.yaml") }))
      .default([]),
  }),
});
type HelmRelease = z.infer<typeof helmRelease>;

/** What Flux is given of one release: objects that it applies, and with what it runs Helm. */
export interface ReleaseManifests {
  readonly release: string;
  readonly delivery: Delivery;
  readonly objects: readonly NamedObject[];
  readonly helm: {
    readonly name: string;
    readonly namespace: string;
    /** The chart's folder. */
    readonly chart: string;
    /** Files of values, a later one over an earlier one. */
    readonly files: readonly string[];
    /** Over all files. */
    readonly values: Readonly<Record<string, unknown>>;
  };
}

/**
 * Reads what gitops/ says of a release, as Flux does before it asks the cluster: its variables stay as they are written.
 * @param tree the program's folder at some commit
 * @returns undefined where there is nothing of it
 * @throws UserError with what is wrong with a file
 */
export async function readManifests(
  tree: string,
  environment: Pick<Environment, "name">,
  release: string,
): Promise<ReleaseManifests | undefined> {
  const folder = join(tree, gitOpsFolder(environment, release));
  const file = join(folder, "kustomization.yaml");
  if (!existsSync(file)) return undefined;
  const [found] = await documents(tree, file);
  const { configMapGenerator, namespace, resources } = checked(kustomization, found, tree, file);
  const lists = await Promise.all(
    resources.map(async (name) => {
      const path = join(folder, name);
      return (await documents(tree, path)).map((object) => ({
        path,
        object: checked(namedObject, object, tree, path),
      }));
    }),
  );
  const all = lists.flat();
  const ofFlux = all.find(({ object }) => object.kind === "HelmRelease");
  if (ofFlux === undefined)
    throw new UserError(`${relative(tree, file)}: names no HelmRelease\n  next: npx mmrv render`);
  const parsed = checked(helmRelease, ofFlux.object, tree, ofFlux.path);
  const files = parsed.spec.valuesFrom.flatMap(({ name, valuesKey }) =>
    configMapGenerator
      .filter((generator) => generator.name === name)
      .flatMap((generator) => fileOf(generator.files, valuesKey))
      .map((path) => join(folder, path)),
  );
  return {
    release,
    delivery: deliveryIn(parsed, relative(tree, ofFlux.path)),
    // Of those with a namespace of their own kustomize leaves the others alone; a Namespace has none.
    objects: all.map(({ object }) => (object.kind === "Namespace" ? object : inNamespace(object, namespace))),
    helm: {
      name: parsed.spec.releaseName,
      namespace: parsed.spec.targetNamespace,
      chart: join(tree, parsed.spec.chart.spec.chart),
      files,
      values: parsed.spec.values,
    },
  };
}

function deliveryIn({ metadata }: HelmRelease, file: string): Delivery {
  const said = metadata.annotations?.[DELIVERY_ANNOTATION];
  const delivery = DELIVERIES.find((one) => one === said);
  if (delivery !== undefined) return delivery;
  throw new UserError(`${file}: ${DELIVERY_ANNOTATION} is ${printable(said ?? "not there")}\n  next: npx mmrv render`);
}

const inNamespace = (object: NamedObject, namespace: string): NamedObject => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

/** The file behind a key of a generated ConfigMap: `key=path`, or a path whose last part is the key. */
const fileOf = (files: readonly string[], key: string): string[] =>
  files.flatMap((file) => {
    const [first = "", ...rest] = file.split("=");
    const path = rest.length > 0 ? rest.join("=") : first;
    return (rest.length > 0 ? first : basename(path)) === key ? [path] : [];
  });

/** Flux substitutes in all that it applies; what was doubled so that it stays is shown as it will be. */
const undoubled = (text: string): string => text.replaceAll("$$", "$");

async function documents(tree: string, file: string): Promise<unknown[]> {
  try {
    return objectsIn(undoubled(await readFile(file, "utf8")));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(
      `${relative(tree, file)}: ${code === "ENOENT" ? "is named, and not there" : flat(message)}\n  next: npx mmrv render`,
    );
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

function checked<T>(schema: z.ZodType<T>, value: unknown, tree: string, file: string): T {
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  const said = (error?.issues ?? []).map(({ message, path }) => `${path.join(".")}: ${message}`).join("; ");
  throw new UserError(`${relative(tree, file)}: ${printable(said)}\n  next: npx mmrv render`);
}

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
