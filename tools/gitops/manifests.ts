import { join } from "node:path";
import { z } from "zod";
import { DELIVERY_ANNOTATION } from "../../model/delivery";
import { printable } from "../../model/printable";
import { DELIVERIES, type Delivery } from "../../model/schema/git-ops";
import { checked, type Kustomized, namedObject, unlikeRender } from "./kustomization";

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

/** What Flux is told of one release: who delivers it, and with what it runs Helm. */
export interface ReleaseManifest {
  readonly delivery: Delivery;
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
 * Finds the release among what a folder of gitops/ is built to.
 * @param tree the program's folder at some commit
 * @param folder from there
 * @throws UserError with what is wrong with a file
 */
export function releaseIn(tree: string, folder: string, { applied, filesOf }: Kustomized): ReleaseManifest {
  const found = applied.find(({ object }) => object.kind === "HelmRelease");
  if (found === undefined) throw unlikeRender(tree, join(tree, folder, "kustomization.yaml"), "names no HelmRelease");
  const { file, object } = found;
  const parsed = checked(helmRelease, object, tree, file);
  const { chart, releaseName, targetNamespace, values, valuesFrom } = parsed.spec;
  return {
    delivery: deliveryIn(parsed, tree, file),
    helm: {
      name: releaseName,
      namespace: targetNamespace,
      chart: join(tree, chart.spec.chart),
      files: valuesFrom.flatMap(({ name, valuesKey }) => filesOf(name, valuesKey)),
      values,
    },
  };
}

function deliveryIn({ metadata }: HelmRelease, tree: string, file: string): Delivery {
  const said = metadata.annotations?.[DELIVERY_ANNOTATION];
  const delivery = DELIVERIES.find((one) => one === said);
  if (delivery !== undefined) return delivery;
  throw unlikeRender(tree, file, `${DELIVERY_ANNOTATION} is ${printable(said ?? "not there")}`);
}
