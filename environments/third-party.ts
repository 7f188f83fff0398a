import type { Environment } from "./environment";
import type { Marker } from "./markers";
import { namesOf } from "./naming";

interface Artifact {
  /** Where its makers publish it, with the registry's host. */
  readonly repository: string;
  readonly version: string;
  /** Of the index of all platforms; a chart's of its manifest. A marker where it is published but nobody has read it yet. */
  readonly digest: `sha256:${string}` | "change-me";
}

/**
 * The charts of others. The registry knows `v1.9.2` and `1.9.2` of Envoy Gateway as two artifacts: only the form with
 * the v counts. docs/third-party.md says how to move on.
 */
export const THIRD_PARTY_CHARTS = {
  "gateway-crds": { repository: "docker.io/envoyproxy/gateway-crds-helm", version: "v1.9.2", digest: "change-me" },
  "envoy-gateway": { repository: "docker.io/envoyproxy/gateway-helm", version: "v1.9.2", digest: "change-me" },
  "cert-manager": {
    repository: "quay.io/jetstack/charts/cert-manager",
    version: "v1.21.2",
    digest: "sha256:634dce9c13b56677a2c05e2ab76c312d0be2664022d5dd05815da67e1fd5f610",
  },
} as const satisfies Record<string, Artifact>;

const certManager = <const T extends string>(part: T, digest: `sha256:${string}`) => ({
  repository: `quay.io/jetstack/cert-manager-${part}` as const,
  version: "v1.21.2",
  digest,
});

/** Every image that those charts run here. */
export const THIRD_PARTY_IMAGES = {
  // The controller; the job that makes its certificates; and beside each Envoy what lets it end in peace.
  "envoy-gateway": {
    repository: "docker.io/envoyproxy/gateway",
    version: "v1.9.2",
    digest: "sha256:9d67017c442a70e6ae9f1a358e6c80eb653c67c2e40823d9a991e0daf37ba926",
  },
  // Newer than the controller's own default, of the same minor, as Envoy Gateway allows: CVE-2026-35189.
  envoy: {
    repository: "docker.io/envoyproxy/envoy",
    version: "distroless-v1.39.2",
    digest: "sha256:dced08cf7c472e1a1d067f906878266078eeeb63c110b4961882c039a622853a",
  },
  "cert-manager-controller": certManager(
    "controller",
    "sha256:70f532fd9cfde0b09d55687200942399d89838bc2d5d5b45152eb799a15912b8",
  ),
  "cert-manager-webhook": certManager(
    "webhook",
    "sha256:a60e2dac46dbb8a7f3df95c54ce941012f54c2fe022f0ee55aaa1ab40ed957ae",
  ),
  "cert-manager-cainjector": certManager(
    "cainjector",
    "sha256:c85268c64f2e0e76684bf5fe8906caff34b82523561c6affe0fae3546bd87562",
  ),
  "cert-manager-acmesolver": certManager(
    "acmesolver",
    "sha256:699b40d622211ab7accad8a21b04c5fbaa1841ef7a12621e8de492dbe27b2503",
  ),
  "cert-manager-startupapicheck": certManager(
    "startupapicheck",
    "sha256:46e75b6866359ffb5d82624f41e3ed1c70b2994982702ced547ce5edb418a8f5",
  ),
} as const satisfies Record<string, Artifact>;

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
