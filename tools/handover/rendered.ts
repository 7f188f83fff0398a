import { parse } from "yaml";
import { z } from "zod";
import { ENVIRONMENTS } from "../../environments/all";
import { gitOpsFolder } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { isMapping } from "../../model/read-values";
import { generatedFiles, staleFiles, writeStale } from "../render/pages";
import type { HelmRelease } from "./flux-objects";
import { type Substitutes, substituted } from "./flux-values";

const schema = z.object({
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({ values: z.record(z.string(), z.unknown()).default({}) }),
});

/** A HelmRelease as this program writes it into gitops/. */
export type RenderedRelease = z.infer<typeof schema>;

/** What is rendered of a release. @throws Error when nothing is: then the program has changed */
export function renderedRelease(
  environment: Environment,
  release: string,
  environments: readonly Environment[] = ENVIRONMENTS,
): RenderedRelease {
  const file = `${gitOpsFolder(environment, release)}/release.yaml`;
  const text = generatedFiles(environments).find((one) => one.file === file)?.text;
  if (text === undefined) throw new Error(`${file} is not rendered`);
  return schema.parse(parse(text));
}

/** Fields of a rendered HelmRelease that the cluster's has otherwise, as paths; what the cluster adds by itself is no difference. */
export function fieldsThatDiffer(rendered: RenderedRelease, live: HelmRelease, variables: Substitutes): string[] {
  const { values: _, ...spec } = rendered.spec;
  const wanted = substituted({ metadata: { annotations: rendered.metadata.annotations }, spec }, variables);
  return lacking(wanted, live, "");
}

function lacking(wanted: unknown, found: unknown, at: string): string[] {
  if (isMapping(wanted) || Array.isArray(wanted)) {
    if (typeof found !== "object" || found === null) return [at];
    return Object.entries(wanted).flatMap(([key, inner]) =>
      lacking(inner, (found as Record<string, unknown>)[key], at === "" ? key : `${at}.${key}`),
    );
  }
  // A field that is false or absent is the same to Kubernetes.
  return wanted === found || (wanted === false && found === undefined) ? [] : [at];
}

/** Files of a release's folder that are not what the environments say: a step that was broken off after its edit. */
export async function staleOf(environment: Environment, release: string): Promise<string[]> {
  const folder = `${gitOpsFolder(environment, release)}/`;
  return (await staleFiles()).map(({ file }) => file).filter((file) => file.startsWith(folder));
}

/**
 * Writes what follows from the environments.
 * @param environments as they are after a step. @default as they were when this process began
 */
export async function renderAfter(
  environments: readonly Environment[] | undefined,
  tell: (line: string) => void,
): Promise<void> {
  await writeStale(tell, environments);
}
