import { parse } from "yaml";
import { mergeValues, type ReleaseValues } from "../../model/helm-values";
import { isMapping, type Values } from "../../model/read-values";
import { UserError } from "../../model/user-error";
import type { ClusterView } from "./cluster-view";
import type { HelmRelease } from "./flux-objects";

/** What only Azure knows, by the names that a Kustomization gives to it. */
export type Substitutes = Readonly<Record<string, string>>;

/**
 * What Flux makes of what is rendered: variables have their values, and of two dollars one is left (drone/envsubst, as
 * kustomize-controller calls it).
 */
export function substituted<T>(value: T, variables: Substitutes): T {
  if (typeof value === "string")
    return value.replaceAll(/\$\$|\$\{(\w+)\}/g, (dollars, name: string | undefined) =>
      name === undefined ? "$" : (variableOf(variables, name) ?? dollars),
    ) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => substituted(one, variables)) as T;
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substituted(inner, variables)])) as T;
}

const variableOf = (variables: Substitutes, name: string): string | undefined =>
  Object.hasOwn(variables, name) ? variables[name] : undefined;

const layered = (layers: readonly Values[]): Values => layers.reduce<Values>(mergeValues, {});

/** What Flux would give Helm: the files of helm-values/, and over them what is rendered. */
export const valuesByFiles = (
  { layers }: Pick<ReleaseValues, "layers">,
  computed: Values,
  variables: Substitutes,
): Values => layered([...layers.map(({ values }) => values), substituted(computed, variables)]);

/**
 * What Flux will give Helm, by its own objects in the cluster.
 * @throws UserError when something that the HelmRelease names is not there
 */
export async function valuesInCluster(view: ClusterView, { spec }: HelmRelease): Promise<Values> {
  const layers: Values[] = [];
  for (const { kind, name, valuesKey } of spec.valuesFrom) {
    const text = kind === "ConfigMap" ? (await view.configMap(name))?.[valuesKey] : undefined;
    if (text === undefined)
      throw new UserError(`${kind} ${name} with ${valuesKey} is not there, and the HelmRelease takes values from it`);
    // As Helm reads it.
    const values: unknown = parse(text, { version: "1.1" }) ?? {};
    if (!isMapping(values)) throw new UserError(`ConfigMap ${name}: ${valuesKey} is no mapping of values`);
    layers.push(values);
  }
  return layered([...layers, spec.values]);
}

/** What a program would be given; a field without a value is none. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Where two differ, as paths such as env.LOG_LEVEL; no value of either. */
export const differingPaths = (one: unknown, other: unknown): string[] => differing(asJson(one), asJson(other), "");

function differing(one: unknown, other: unknown, at: string): string[] {
  const both = [one, other];
  if (both.every(isMapping) || both.every(Array.isArray)) {
    const [first, second] = both as [Values, Values];
    const keys = [...new Set([...Object.keys(first), ...Object.keys(second)])];
    return keys.flatMap((key) => {
      const path = at === "" ? key : `${at}.${key}`;
      return Object.hasOwn(first, key) && Object.hasOwn(second, key)
        ? differing(first[key], second[key], path)
        : [path];
    });
  }
  return one === other ? [] : [at];
}
