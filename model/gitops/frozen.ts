import { type Field, valueAt } from "./objects";

/**
 * What of a HelmRelease never changes: with another one Flux uninstalls the release and installs it again, which is an outage
 * (ReleaseTargetChanged in internal/action/verify.go of helm-controller), or takes it for another release altogether.
 */
const FROZEN: readonly Field[] = [
  ["metadata", "name"],
  ["metadata", "namespace"],
  ["spec", "releaseName"],
  ["spec", "targetNamespace"],
  ["spec", "storageNamespace"],
  ["spec", "chart", "spec", "chart"],
];

/** The frozen fields of a HelmRelease, by their path in words; undefined where one is not there. */
export const frozenIn = (helmRelease: unknown): ReadonlyMap<string, unknown> =>
  new Map(FROZEN.map((field) => [field.join("."), valueAt(helmRelease, field)]));
