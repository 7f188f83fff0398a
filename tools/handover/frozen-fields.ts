/**
 * What of a HelmRelease never changes: with another one Flux uninstalls the release and installs it again, which is an outage
 * (ReleaseTargetChanged in internal/action/verify.go of helm-controller), or takes it for another release altogether.
 */
const FROZEN: readonly (readonly string[])[] = [
  ["metadata", "name"],
  ["metadata", "namespace"],
  ["spec", "releaseName"],
  ["spec", "targetNamespace"],
  ["spec", "storageNamespace"],
  ["spec", "chart", "spec", "chart"],
];

/** The frozen fields of a HelmRelease, by their path in words; undefined where one is not there. */
export const frozenIn = (helmRelease: unknown): ReadonlyMap<string, unknown> =>
  new Map(FROZEN.map((path) => [path.join("."), valueAt(helmRelease, path)]));

const valueAt = (object: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], object);
