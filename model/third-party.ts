import { z } from "zod";
import type { Environment } from "./environment";
import type { Marker } from "./markers";
import { namesOf } from "./naming";
import { describeIssues } from "./rules/issue";
import { evaluateShape } from "./rules/shape";
import { UserError } from "./user-error";

/** A chart or an image of others, as environments/third-party.ts pins it. */
export interface Artifact {
  /** Where its makers publish it, with the registry's host. */
  readonly repository: string;
  readonly version: string;
  /** Of the index of all platforms; a chart's of its manifest. A marker where it is published but nobody has read it yet. */
  readonly digest: `sha256:${string}` | "change-me";
}

/** The charts of others that the program releases. */
type ThirdPartyChart = "gateway-crds" | "envoy-gateway" | "cert-manager";

/** The images that those charts run. */
export type ThirdPartyImage =
  | "envoy-gateway"
  | "envoy"
  | `cert-manager-${"controller" | "webhook" | "cainjector" | "acmesolver" | "startupapicheck"}`;

/** What environments/third-party.ts says. */
export interface ThirdPartyPins {
  readonly charts: Readonly<Record<ThirdPartyChart, Artifact>>;
  readonly images: Readonly<Record<ThirdPartyImage, Artifact>>;
  /**
   * Images that applications run as sidecars: always copied, whatever `thirdPartyFrom` says, since pods run what is in our
   * registry. helm-values/ names each by `third-party/<folder>/<name>` and this digest. @default none
   */
  readonly sidecars?: Readonly<Record<string, Artifact>>;
}

/** A chart or image of others: where its makers publish it, and where it is pulled from. */
interface ThirdPartyArtifact extends Artifact {
  readonly kind: "chart" | "image";
  /** Host, folder and name, without a tag. */
  readonly place: string;
}

const artifactSchema = z.strictObject({
  repository: z
    .string()
    .regex(/^[a-z0-9.-]+\.[a-z]+(\/[a-z0-9._-]+)+$/, "must be a registry and a path such as quay.io/jetstack/x"),
  version: z.string().regex(/^[\w.-]+$/, "must be a tag such as v1.2.3"),
  digest: z.string().regex(/^(sha256:[0-9a-f]{64}|change-me)$/, "must be sha256: and 64 hex digits"),
});
const pinsSchema = z.strictObject({
  charts: z.record(z.string(), artifactSchema),
  images: z.record(z.string(), artifactSchema),
  sidecars: z.record(z.string(), artifactSchema).optional(),
});

type From = Pick<Environment, "thirdPartyFrom" | "name" | "code" | "suffix">;

/** The charts and images of others, as each environment pulls them. */
export class ThirdParty {
  /** @throws UserError with everything that is malformed in environments/third-party.ts */
  constructor(private readonly pins: ThirdPartyPins) {
    const { issues } = evaluateShape(pinsSchema, pins);
    if (issues.length === 0) return;
    const lines = describeIssues(() => "", issues).map((line) => `  ${line}`);
    throw new UserError(["environments/third-party.ts: malformed, nothing was touched", ...lines].join("\n"));
  }

  /** An image: where it is, its tag for people, and its digest, which counts. */
  image(environment: From, of: ThirdPartyImage) {
    const image = this.pins.images[of];
    const { folder, host, name } = placeOf(environment, image);
    const reference = `${host}/${folder}/${name}:${image.version}@${image.digest}`;
    return { host, folder, name, tag: image.version, digest: image.digest, reference };
  }

  /** A chart as Helm pulls it; a tag that leads to another digest fails the plan. */
  chart(environment: From, of: ThirdPartyChart) {
    const chart = this.pins.charts[of];
    const { folder, host, name } = placeOf(environment, chart);
    return {
      repository: `oci://${host}/${folder}`,
      name: chart.digest === "change-me" ? name : `${name}@${chart.digest}`,
      version: chart.version,
    };
  }

  /** Every chart and every image that must be in our registry. */
  copied(environment: From): ThirdPartyArtifact[] {
    const own = { ...environment, thirdPartyFrom: "ownRegistry" } as const;
    const isOurs = environment.thirdPartyFrom === "ownRegistry";
    const kinds = [
      ["chart", isOurs ? this.pins.charts : {}],
      ["image", isOurs ? this.pins.images : {}],
      ["image", this.pins.sidecars ?? {}],
    ] as const;
    return kinds.flatMap(([kind, artifacts]) =>
      Object.values<Artifact>(artifacts).map((artifact) => {
        const { host, folder, name } = placeOf(own, artifact);
        return { ...artifact, kind, place: `${host}/${folder}/${name}` };
      }),
    );
  }

  /** Charts whose digest somebody must still read; `deploy` and `diff` of the add-ons stop on them. */
  markers(): Marker[] {
    return Object.entries(this.pins.charts)
      .filter(([, { digest }]) => digest === "change-me")
      .map(([name, { repository, version }]) => ({
        path: `third-party.${name}.digest`,
        question: `The digest that the registry has: helm pull oci://${repository} --version ${version} prints it.`,
      }));
  }

  /** What nodes call to pull images of others; nothing when ours has copies. */
  hosts({ thirdPartyFrom }: Pick<Environment, "thirdPartyFrom">): string[] {
    const { charts, images } = this.pins;
    return thirdPartyFrom === "ownRegistry" ? [] : hostsOf([charts, images]);
  }

  /** The hosts of the registries of others, which whoever copies their charts and images calls. */
  upstreamHosts(): string[] {
    const { charts, images, sidecars = {} } = this.pins;
    return hostsOf([charts, images, sidecars]);
  }
}

function hostsOf(kinds: readonly Readonly<Record<string, Artifact>>[]): string[] {
  const all = kinds.flatMap((artifacts) => Object.values(artifacts));
  const hosts = all.map(({ repository }) => repository.split("/")[0] ?? "");
  return [...new Set(hosts)].flatMap((host) => REGISTRY_HOSTS[host] ?? [host]);
}

/** The registry and the folder of an artifact: its makers', or in ours the same folder below one of its own. */
function placeOf(environment: From, { repository }: Artifact) {
  const [host = "", ...path] = repository.split("/");
  const name = path.pop() ?? "";
  return environment.thirdPartyFrom === "upstream"
    ? { host, folder: path.join("/"), name }
    : { host: namesOf(environment).registryHost, folder: ["third-party", ...path].join("/"), name };
}

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
