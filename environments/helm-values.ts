import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { HELM_VALUES } from "./all";
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

/** Where charts are, next to the program. */
export const CHARTS = join(__dirname, "..", "charts");

/** The folder of a chart of ours. */
export const chartFolder = (chart: string): string => join(CHARTS, chart);

/** The layers as Helm is given them: JSON, which is YAML that nobody can misread, and without the comments. */
export const valuesTexts = ({ layers }: Pick<ReleaseValues, "layers">): string[] =>
  layers.filter(({ values }) => Object.keys(values).length > 0).map(({ values }) => JSON.stringify(values, null, 2));

/** The Helm releases of an environment, each with a folder of its name in helm-values/; and the chart of those that are ours. */
export const RELEASES = {
  backend: { chart: "mmrv-app" },
  frontend: { chart: "mmrv-app" },
  platform: { chart: "mmrv-platform" },
  "envoy-gateway": {},
  "cert-manager": {},
} as const satisfies Record<string, { readonly chart?: string }>;
export type Release = keyof typeof RELEASES;

/** The folder helm-values/, or one like it; each file is read once. */
export class HelmValues {
  private readonly files = new Map<string, ReadLayer>();

  constructor(private readonly folder: string = HELM_VALUES) {}

  /**
   * What <release>/values.yaml and <environment>.yaml say, the second over the first, as Helm merges them: objects key by
   * key, everything else replaced. A null stays one, as between files of Helm's, and no field takes it.
   */
  of(release: Release, environment: Pick<Environment, "name">): ReleaseValues {
    const { chart } = RELEASES[release] as { readonly chart?: string };
    const defaults =
      chart === undefined ? [] : [this.read(join(chartFolder(chart), "values.yaml"), `charts/${chart}/values.yaml`)];
    const own = ["values.yaml", `${environment.name}.yaml`].map((name) =>
      this.read(join(this.folder, release, name), `helm-values/${release}/${name}`),
    );
    const all = [...defaults, ...own];
    return {
      layers: own.map(({ layer }) => layer),
      merged: all.reduce<Values>((merged, { layer }) => mergeValues(merged, layer.values), {}),
      faults: all.flatMap(({ faults }) => faults),
    };
  }

  /** Files and folders that no environment and no release would read: a name with a slip in it. */
  strays(environments: readonly Pick<Environment, "name">[]): Fault[] {
    const stray = (folder: string, known: readonly string[]) =>
      readdirSync(join(this.folder, folder))
        .filter((name) => !known.includes(name))
        .map((name) => {
          const must = `must be one of ${known.join(", ")} (nobody would read it)`;
          return fault(`helm-values/${folder}${folder && "/"}${name}`, name, must);
        });
    const releases = Object.keys(RELEASES);
    const files = ["values.yaml", ...new Set(environments.map(({ name }) => `${name}.yaml`))];
    return [
      ...stray("", releases),
      ...releases
        .filter((release) => existsSync(join(this.folder, release)))
        .flatMap((release) => stray(release, files)),
    ];
  }

  private read(path: string, file: string): ReadLayer {
    const known = this.files.get(path) ?? readLayer(path, file);
    this.files.set(path, known);
    return known;
  }
}

interface ReadLayer {
  readonly layer: Layer;
  readonly faults: readonly Fault[];
}

function readLayer(path: string, file: string): ReadLayer {
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
