import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { Environment } from "./environment";
import { type Fault, fault } from "./rules/fault";

export type Values = { readonly [key: string]: unknown };

/** One file of values, or what is wrong with it. */
export interface Layer {
  /** As the user knows it, such as helm-values/backend/staging.yaml. */
  readonly file: string;
  readonly values: Values;
}

/** The values of one release in one environment: what Helm is given, in its order. */
export interface ReleaseValues {
  readonly layers: readonly Layer[];
  /** What the layers make together, over the chart's own defaults. */
  readonly merged: Values;
  /** Files that are not to be understood; the path of each fault is the file. */
  readonly faults: readonly Fault[];
}

/** Where values and charts are, next to the program. */
export const HELM_VALUES = join(__dirname, "..", "helm-values");
export const CHARTS = join(__dirname, "..", "charts");

/** The folder of a chart of ours. */
export const chartFolder = (chart: string): string => join(CHARTS, chart);

/** The layers as Helm is given them: JSON, which is YAML that nobody can misread, and without the comments. */
export const valuesTexts = ({ layers }: Pick<ReleaseValues, "layers">): string[] =>
  layers.filter(({ values }) => Object.keys(values).length > 0).map(({ values }) => JSON.stringify(values, null, 2));

/**
 * Reads helm-values/<release>/values.yaml and <environment>.yaml, the second over the first, as Helm merges them:
 * objects key by key, everything else replaced. A null stays one, as between files of Helm's, and no field takes it.
 */
export function readReleaseValues(
  release: string,
  environment: Pick<Environment, "name">,
  { folder = HELM_VALUES, chart }: { readonly folder?: string; readonly chart?: string } = {},
): ReleaseValues {
  const read = (path: string, file: string) => readLayer(path, file);
  const defaults =
    chart === undefined ? undefined : read(join(CHARTS, chart, "values.yaml"), `charts/${chart}/values.yaml`);
  const own = ["values.yaml", `${environment.name}.yaml`].map((name) =>
    read(join(folder, release, name), `helm-values/${release}/${name}`),
  );
  const all = [...(defaults ? [defaults] : []), ...own];
  return {
    layers: own.map(({ layer }) => layer),
    merged: all.reduce<Values>((merged, { layer }) => mergeValues(merged, layer.values), {}),
    faults: all.flatMap(({ faults }) => faults),
  };
}

/** Files under helm-values/<release>/ that no environment would read: a name with a slip in it. */
export function strayFiles(
  releases: readonly string[],
  environments: readonly Pick<Environment, "name">[],
  folder: string = HELM_VALUES,
): Fault[] {
  const known = ["values.yaml", ...new Set(environments.map(({ name }) => `${name}.yaml`))];
  return releases
    .flatMap((release) =>
      (existsSync(join(folder, release)) ? readdirSync(join(folder, release)) : []).map((file) => ({ release, file })),
    )
    .filter(({ file }) => !known.includes(file))
    .map(({ release, file }) =>
      fault(`helm-values/${release}/${file}`, file, `must be one of ${known.join(", ")} (nobody would read it)`),
    );
}

function readLayer(path: string, file: string): { readonly layer: Layer; readonly faults: readonly Fault[] } {
  const none = { layer: { file, values: {} }, faults: [] };
  // An environment without differences needs no file.
  if (!existsSync(path)) return none;
  // 1.1, as Helm reads it: there a bare yes is true, and the schema then asks for quotes.
  const document = parseDocument(readFileSync(path, "utf8"), { version: "1.1", prettyErrors: true });
  const wrong = [...document.errors, ...document.warnings].map(({ message }) =>
    fault(file, message.split("\n")[0], "must be YAML that Helm can read"),
  );
  if (wrong.length > 0) return { ...none, faults: wrong };
  const values: unknown = document.toJS() ?? {};
  if (typeof values !== "object" || values === null || Array.isArray(values))
    return { ...none, faults: [fault(file, typeof values, "must be a mapping of values")] };
  return { layer: { file, values: values as Values }, faults: [] };
}

const isMapping = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function mergeValues(under: Values, over: Values): Values {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = under[key];
    return [key, isMapping(below) && isMapping(value) ? mergeValues(below, value) : value];
  });
  return { ...under, ...Object.fromEntries(merged) };
}
