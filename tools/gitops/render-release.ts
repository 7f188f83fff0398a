import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { gitOpsFolder, PROBE } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import type { Delivery } from "../../model/schema/git-ops";
import { Helm } from "../deploy/kubernetes/helm";
import { objectsIn, readKustomization, shownObject } from "./kustomization";
import { type ReleaseManifest, releaseIn } from "./manifests";

/** Each object's text by its name. */
export type Objects = ReadonlyMap<string, string>;

/** What the cluster would hold of a folder. */
export interface Rendered {
  /** Null of the probe, which is no release. */
  readonly delivery: Delivery | null;
  /** What Flux applies, and takes away never. */
  readonly own: Objects;
  /** What the release's chart renders to; an upgrade takes away what it no longer has. */
  readonly released: Objects;
}

interface RenderOptions {
  /** For files in between. */
  readonly folder: string;
  /** Whether the chart is rendered too. @default when Flux releases it at this commit */
  readonly isReleased?: boolean;
}

/**
 * Renders a folder of gitops/ at a commit as Flux would: its own objects, and the chart with the values of both. What only the
 * cluster knows stays as its variable is written.
 * @param tree the program's folder at the commit
 * @param name of a release, or the probe
 * @returns undefined where the commit says nothing of it
 * @throws UserError with what is wrong, and with what Helm says
 */
export async function renderRelease(
  tree: string,
  environment: Pick<Environment, "name">,
  name: string,
  { folder, isReleased }: RenderOptions,
): Promise<Rendered | undefined> {
  const place = gitOpsFolder(environment, name);
  const kustomized = await readKustomization(tree, place);
  if (kustomized === undefined) return undefined;
  const own = byName(
    kustomized.applied.map(({ object }) => object),
    name,
  );
  if (name === PROBE) return { delivery: null, own, released: new Map() };
  const manifest = releaseIn(tree, place, kustomized);
  const released = (isReleased ?? manifest.delivery === "flux") ? objectsIn(await template(manifest, folder)) : [];
  return { delivery: manifest.delivery, own, released: byName(released, name) };
}

/** Two of one name, such as of two groups, are shown one below the other: none hides another. */
function byName(objects: readonly unknown[], release: string): Objects {
  const found = new Map<string, string>();
  for (const object of objects) {
    const { name, text } = shownObject(object, release);
    const before = found.get(`${release}: ${name}`);
    found.set(`${release}: ${name}`, before === undefined ? text : `${before}---\n${text}`);
  }
  return found;
}

/** With hooks, which an upgrade runs; without the chart's own definitions, which an upgrade leaves alone. */
async function template({ helm }: ReleaseManifest, folder: string): Promise<string> {
  const computed = join(await mkdtemp(join(folder, "values-")), "values.yaml");
  await writeFile(computed, stringify(helm.values));
  const values = [...helm.files, computed].flatMap((file) => ["--values", file]);
  return new Helm().run(["template", helm.name, helm.chart, "--namespace", helm.namespace, ...values]);
}
