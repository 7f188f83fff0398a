import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { applicationNamesIn } from "./applications";
import { PLATFORM } from "./delivery";
import { didYouMean } from "./did-you-mean";
import type { Environment } from "./environment";
import { isMapping, type Layer, type ReadLayer, readLayer, type Values } from "./read-values";
import { ownRelease } from "./releases";
import { type Issue, issue } from "./rules/issue";

/** The values of one release in one environment: what Helm is given, in its order. */
export interface ReleaseValues {
  readonly layers: readonly Layer[];
  /** What the layers make together, over the chart's own defaults. */
  readonly merged: Values;
  /** Files that are not to be understood; the path of each issue is the file. */
  readonly issues: readonly Issue[];
}

/** Where charts are, next to the program. */
export const CHARTS = join(__dirname, "..", "charts");

/** The folder of a chart of ours. */
export const chartFolder = (chart: string): string => join(CHARTS, chart);

/** The layers as Helm is given them: JSON, which is YAML that nobody can misread, and without the comments. */
export const valuesTexts = ({ layers }: Pick<ReleaseValues, "layers">): string[] =>
  layers.filter(({ values }) => Object.keys(values).length > 0).map(({ values }) => JSON.stringify(values, null, 2));

/** The releases that every environment has beside those of its applications, and the chart of those that are ours. */
const SHARED_RELEASES = new Map<string, { readonly chart?: string }>([
  [PLATFORM, ownRelease(PLATFORM)],
  ["envoy-gateway", {}],
  ["cert-manager", {}],
]);

/** The Helm releases of environments, each with a folder of its name in helm-values/. */
export const releasesOf = (environments: readonly Pick<Environment, "applications">[]): string[] => [
  ...applicationNamesIn(environments),
  ...SHARED_RELEASES.keys(),
];

/** The folder helm-values/, or one like it; each file is read once. */
export class HelmValues {
  private readonly files = new Map<string, ReadLayer>();

  constructor(private readonly folder: string) {}

  /**
   * What <release>/values.yaml and <environment>.yaml say, the second over the first, as Helm merges them: objects key by
   * key, everything else replaced. A null stays null, as when Helm merges files, and no field takes it.
   */
  of(release: string, environment: Pick<Environment, "name">): ReleaseValues {
    const { chart } = SHARED_RELEASES.get(release) ?? ownRelease(release);
    const defaults =
      chart === undefined ? [] : [this.read(join(chartFolder(chart), "values.yaml"), `charts/${chart}/values.yaml`)];
    const own = ["values.yaml", `${environment.name}.yaml`].map((name) =>
      this.read(join(this.folder, release, name), `helm-values/${release}/${name}`),
    );
    const all = [...defaults, ...own];
    return {
      layers: own.map(({ layer }) => layer),
      merged: all.reduce<Values>((merged, { layer }) => mergeValues(merged, layer.values), {}),
      issues: all.flatMap(({ issues }) => issues),
    };
  }

  /** Folders that no release would read: a name with a slip in it. */
  strayFolders(environments: readonly Pick<Environment, "applications">[]): Issue[] {
    if (!existsSync(this.folder))
      return [issue("helm-values", undefined, "must be a folder with one for each release")];
    return strays(this.folder, "helm-values", releasesOf(environments));
  }

  /** Files that no environment would read; one issue for a name, in however many folders it is. */
  strayFiles(environments: readonly Pick<Environment, "name" | "applications">[]): Issue[] {
    const knownOf = (release: string) => [
      "values.yaml",
      ...new Set(environments.filter((one) => releasesOf([one]).includes(release)).map(({ name }) => `${name}.yaml`)),
    ];
    const all = releasesOf(environments)
      .filter((release) => existsSync(join(this.folder, release)))
      .flatMap((release) => strays(join(this.folder, release), `helm-values/${release}`, knownOf(release)));
    const first = all.filter(({ got }, index) => all.findIndex((other) => other.got === got) === index);
    return first.map((one) => {
      const paths = all.filter(({ got }) => got === one.got).map(({ path }) => path);
      return { ...one, path: paths.join(", ") };
    });
  }

  private read(path: string, file: string): ReadLayer {
    const known = this.files.get(path) ?? readLayer(path, file);
    this.files.set(path, known);
    return known;
  }
}

/** Whatever is in a folder under a name that is not known. */
function strays(folder: string, as: string, known: readonly string[]): Issue[] {
  return readdirSync(folder)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const must = `must be one of ${known.join(", ")} (nobody would read it)${didYouMean(name, known)}`;
      return issue(`${as}/${name}`, name, must);
    });
}

/** One over another, as Helm merges them: objects key by key, everything else replaced. */
export function mergeValues(under: Values, over: Values): Values {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = Object.hasOwn(under, key) ? under[key] : undefined;
    return [key, isMapping(below) && isMapping(value) ? mergeValues(below, value) : value];
  });
  return { ...under, ...Object.fromEntries(merged) };
}
