import type { At } from "../at";

/** One container of a task definition, with what decides its part. */
export interface Container {
  readonly at: At;
  readonly name: string;
  /** "" when the file has none. */
  readonly image: string;
  readonly ports: readonly number[];
  readonly isEssential: boolean;
  readonly waitsFor: readonly { readonly name: string; readonly condition: string; readonly at: At }[];
  readonly sees: readonly string[];
}

/** What runs beside the server. */
export interface Sidecar {
  readonly container: Container;
  /** Of an image of its own, in the environment's registry. */
  readonly digest: string | undefined;
}

export const containersIn = (taskDefinition: At): Container[] =>
  taskDefinition.at("containerDefinitions").items.map((at, index) => ({
    at,
    name: at.at("name").text ?? String(index),
    image: at.at("image").text ?? "",
    ports: [...new Set(at.at("portMappings").items.flatMap((mapping) => mapping.at("containerPort").number ?? []))],
    // As ECS has it: a container is essential unless it says otherwise.
    isEssential: at.at("essential").boolean ?? true,
    waitsFor: at.at("dependsOn").items.map((dependency) => ({
      name: dependency.at("containerName").text ?? "",
      condition: dependency.at("condition").text ?? "",
      at: dependency,
    })),
    sees: at.at("volumesFrom").items.flatMap((from) => from.at("sourceContainer").text ?? []),
  }));

/** The words that a container starts with: its entrypoint's, then its command's. */
export const wordsOf = ({ at }: Container): string[] => [...at.at("entryPoint").words, ...at.at("command").words];

/** Whether a container says what it starts. */
export const hasWords = (container: Container): boolean => wordsOf(container).length > 0;

/** The names of the volumes that a container mounts. */
export const volumesMountedBy = ({ at }: Container): string[] =>
  at.at("mountPoints").items.flatMap((mount) => mount.at("sourceVolume").text ?? []);

/** The volumes that one container mounts and no other. */
export function volumesOnlyOf(container: Container, taskDefinition: At): At[] {
  const own = volumesMountedBy(container);
  const others = containersIn(taskDefinition)
    .filter(({ at }) => at.path !== container.at.path)
    .flatMap(volumesMountedBy);
  return taskDefinition.at("volumes").items.filter((volume) => {
    const name = volume.at("name").text ?? "";
    return own.includes(name) && !others.includes(name);
  });
}

/** Whether two containers run one image; an image that is not said is none. */
export const isSameImage = (one: Container, other: Container): boolean => one.image !== "" && one.image === other.image;

/**
 * The name of a consumer or sidecar: at most 30 lower-case letters, digits and inner hyphens.
 * @param prefixes that say nothing more than whose it is, such as the family
 */
export function partName(name: string, prefixes: readonly string[]): string {
  const clean = cleanName(name);
  const prefix = prefixes.map((one) => `${cleanName(one)}-`).find((one) => one !== "-" && clean.startsWith(one));
  const short = clean.slice(prefix?.length ?? 0);
  const named = /^[a-z]/.test(short) ? short : `part-${short}`;
  return named.slice(0, 30).replace(/-+$/, "");
}

const cleanName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

/** Those of several places where something is: a claim on nothing would be a row about its absence. */
export const there = (...places: readonly At[]): At[] => places.filter(({ isThere }) => isThere);
