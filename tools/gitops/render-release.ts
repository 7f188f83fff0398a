import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Environment } from "../../model/environment";
import type { Delivery } from "../../model/schema/git-ops";
import { Helm } from "../deploy/kubernetes/helm";
import { objectsIn, type ReleaseManifests, readManifests, shownObject } from "./manifests";

/** What the cluster would hold of a release, each object's text by its name. */
export interface Rendered {
  readonly delivery: Delivery;
  readonly objects: ReadonlyMap<string, string>;
}

interface RenderOptions {
  /** For files in between. */
  readonly folder: string;
  /** Whether the chart is rendered too. @default when Flux releases it at this commit */
  readonly isReleased?: boolean;
}

/**
 * Renders a release at a commit as Flux would: its own objects, and the chart with the values of both. What only the
 * cluster knows stays as its variable is written.
 * @param tree the program's folder at the commit
 * @returns undefined where the commit says nothing of the release
 * @throws UserError with what is wrong, and with what Helm says
 */
export async function renderRelease(
  tree: string,
  environment: Pick<Environment, "name">,
  release: string,
  { folder, isReleased }: RenderOptions,
): Promise<Rendered | undefined> {
  const manifests = await readManifests(tree, environment, release);
  if (manifests === undefined) return undefined;
  const { delivery, objects } = manifests;
  // Until it is handed over, nothing of this reaches the cluster.
  const own = delivery === "terraform" ? [] : objects;
  const released = (isReleased ?? delivery === "flux") ? objectsIn(await template(manifests, folder)) : [];
  const shown = [...own, ...released].map((object) => shownObject(object, release));
  return { delivery, objects: new Map(shown.map(({ name, text }) => [`${release}: ${name}`, text])) };
}

/** With hooks, which an upgrade runs; without the chart's own definitions, which an upgrade leaves alone. */
async function template({ helm }: ReleaseManifests, folder: string): Promise<string> {
  const computed = join(await mkdtemp(join(folder, "values-")), "values.yaml");
  await writeFile(computed, stringify(helm.values));
  const values = [...helm.files, computed].flatMap((file) => ["--values", file]);
  return new Helm().run(["template", helm.name, helm.chart, "--namespace", helm.namespace, ...values]);
}
