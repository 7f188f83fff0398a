import type { Environment } from "./environment";
import { type ReleaseValues, readReleaseValues } from "./helm-values";

/** The Helm releases of an environment, each with a folder of its name in helm-values/; and the chart of those that are ours. */
export const RELEASES = {
  backend: { chart: "mmrv-app" },
  frontend: { chart: "mmrv-app" },
  platform: { chart: "mmrv-platform" },
  "envoy-gateway": {},
  "cert-manager": {},
} as const satisfies Record<string, { readonly chart?: string }>;
export type Release = keyof typeof RELEASES;

/** The values of one release in one environment. */
export const readRelease = (release: Release, environment: Pick<Environment, "name">, folder: string): ReleaseValues =>
  readReleaseValues(release, environment, { folder, ...RELEASES[release] });
