import { type Issue, issue } from "../rules/issue";
import { type Field, type GitOpsObject, identityOf, valueAt } from "./objects";

/**
 * What of a HelmRelease never changes: with another one Flux uninstalls the release and installs it again, which is an outage
 * (ReleaseTargetChanged in internal/action/verify.go of helm-controller), or takes it for another release altogether.
 */
export const FROZEN_FIELDS: readonly Field[] = [
  ["metadata", "name"],
  ["metadata", "namespace"],
  ["spec", "releaseName"],
  ["spec", "targetNamespace"],
  ["spec", "storageNamespace"],
  ["spec", "chart", "spec", "chart"],
];

/** What of the Chart.yaml of a release never changes, for the same reason. */
export const FROZEN_CHART_FIELDS: readonly Field[] = [["name"]];

/** The frozen fields of an object, by their path in words. */
export const frozenIn = (object: unknown, fields: readonly Field[] = FROZEN_FIELDS): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field.join("."), valueAt(object, field)]));

/**
 * The releases that leave Git while Flux acts on them: with garbage collection, or by the hand that tidies up, their deletion is
 * an uninstall. Of a suspended one nothing is uninstalled.
 * @param before what Git had, of any environment
 * @param after what it has now
 */
export function departures(before: readonly GitOpsObject[], after: readonly GitOpsObject[]): Issue[] {
  const there = new Set(after.filter(isRelease).map(identityOf));
  return before
    .filter((one) => isRelease(one) && valueAt(one.object, ["spec", "suspend"]) !== true && !there.has(identityOf(one)))
    .map(({ file }) =>
      issue(file, undefined, "must stay, or be suspended first (its deletion uninstalls the release)"),
    );
}

const isRelease = ({ object }: GitOpsObject): boolean => valueAt(object, ["kind"]) === "HelmRelease";
