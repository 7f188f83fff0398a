import { THIRD_PARTY_CHARTS, THIRD_PARTY_IMAGES } from "../environments/all";
import type { Environment } from "./environment";
import type { Marker } from "./markers";
import { namesOf } from "./naming";

/** A chart or an image of others, as environments/third-party.ts pins it. */
export interface Artifact {
  /** Where its makers publish it, with the registry's host. */
  readonly repository: string;
  readonly version: string;
  /** Of the index of all platforms; a chart's of its manifest. A marker where it is published but nobody has read it yet. */
  readonly digest: `sha256:${string}` | "change-me";
}

export type ThirdPartyChart = keyof typeof THIRD_PARTY_CHARTS;
export type ThirdPartyImage = keyof typeof THIRD_PARTY_IMAGES;
type From = Pick<Environment, "thirdPartyFrom" | "name" | "code" | "suffix">;

/** The registry and the folder of an artifact: its makers', or in ours the same folder below one of its own. */
function placeOf(environment: From, { repository }: Artifact) {
  const [host = "", ...path] = repository.split("/");
  const name = path.pop() ?? "";
  return environment.thirdPartyFrom === "upstream"
    ? { host, folder: path.join("/"), name }
    : { host: namesOf(environment).registryHost, folder: ["third-party", ...path].join("/"), name };
}

/** An image of others: where it is, its tag for people, and its digest, which counts. */
export function thirdPartyImage(environment: From, of: ThirdPartyImage) {
  const image = THIRD_PARTY_IMAGES[of];
  const { folder, host, name } = placeOf(environment, image);
  const reference = `${host}/${folder}/${name}:${image.version}@${image.digest}`;
  return { host, folder, name, tag: image.version, digest: image.digest, reference };
}

/** A chart of others as Helm pulls it; a tag that leads to another digest fails the plan. */
export function thirdPartyChart(environment: From, of: ThirdPartyChart) {
  const chart: Artifact = THIRD_PARTY_CHARTS[of];
  const { folder, host, name } = placeOf(environment, chart);
  return {
    repository: `oci://${host}/${folder}`,
    name: chart.digest === "change-me" ? name : `${name}@${chart.digest}`,
    version: chart.version,
  };
}

/** A chart or image of others: where its makers publish it, and where it is pulled from. */
export interface ThirdPartyArtifact extends Artifact {
  readonly kind: "chart" | "image";
  /** Host, folder and name, without a tag. */
  readonly place: string;
}

/** Every chart and every image of others. */
export const thirdPartyArtifacts = (environment: From): ThirdPartyArtifact[] =>
  (
    [
      ["chart", THIRD_PARTY_CHARTS],
      ["image", THIRD_PARTY_IMAGES],
    ] as const
  ).flatMap(([kind, artifacts]) =>
    Object.values<Artifact>(artifacts).map((artifact) => {
      const { host, folder, name } = placeOf(environment, artifact);
      return { ...artifact, kind, place: `${host}/${folder}/${name}` };
    }),
  );

/** Charts whose digest somebody must still read; `deploy` and `diff` of the add-ons stop on them. */
export const thirdPartyMarkers = (): Marker[] =>
  Object.entries<Artifact>(THIRD_PARTY_CHARTS)
    .filter(([, { digest }]) => digest === "change-me")
    .map(([name, { repository, version }]) => ({
      path: `third-party.${name}.digest`,
      question: `The digest that the registry has: helm pull oci://${repository} --version ${version} prints it.`,
    }));

/** The hosts of each registry: its API, its tokens and its layers, as an image pull names them. */
const REGISTRY_HOSTS: Readonly<Record<string, readonly string[]>> = {
  // docs.docker.com/desktop/setup/allow-list
  "docker.io": [
    "registry-1.docker.io",
    "auth.docker.io",
    "production.cloudflare.docker.com",
    "production.cloudfront.docker.com",
    "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com",
  ],
  "quay.io": ["quay.io", "*.quay.io"],
};

/** What nodes call to pull images of others; nothing when ours has copies. */
export const thirdPartyHosts = ({ thirdPartyFrom }: Pick<Environment, "thirdPartyFrom">): string[] =>
  thirdPartyFrom === "ownRegistry" ? [] : upstreamHosts();

/** The hosts of the registries of others, which whoever copies their charts and images calls. */
export function upstreamHosts(): string[] {
  const all: Artifact[] = [...Object.values(THIRD_PARTY_CHARTS), ...Object.values(THIRD_PARTY_IMAGES)];
  const hosts = all.map(({ repository }) => repository.split("/")[0] ?? "");
  return [...new Set(hosts)].flatMap((host) => REGISTRY_HOSTS[host] ?? [host]);
}
