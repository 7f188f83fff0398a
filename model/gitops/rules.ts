import { isDeepStrictEqual } from "node:util";
import { DELIVERY_ANNOTATION } from "../delivery";
import { CLUSTER_NAMES } from "../naming";
import { isMapping } from "../read-values";
import { type Issue, issue } from "../rules/issue";
import { DELIVERIES } from "../schema/git-ops";
import { ANNOTATIONS, TYPES, WATCHED } from "./files";
import { type Field, type GitOpsObject, valueAt } from "./objects";

/** What is wrong with an object; the path of each issue is a field of it. */
type Check = (object: unknown) => Issue[];

const path = (field: Field): string => field.join(".");

/** A field that must say exactly this. */
const is =
  (field: Field, wanted: unknown, why: string): Check =>
  (object) => {
    const got = valueAt(object, field);
    if (isDeepStrictEqual(got, wanted)) return [];
    return [issue(path(field), got, `must be ${JSON.stringify(wanted)} (${why})`)];
  };

/** Every entry of a mapping, at a field. */
const holds = (field: Field, entries: Readonly<Record<string, string>>, why: string): Check =>
  all(Object.entries(entries).map(([key, value]) => is([...field, key], value, why)));

const isThere =
  (field: Field, why: string): Check =>
  (object) => {
    const got = valueAt(object, field);
    return typeof got === "string" && got !== "" ? [] : [issue(path(field), got, `must be there (${why})`)];
  };

const isAbsent =
  (field: Field, why: string): Check =>
  (object) => {
    const got = valueAt(object, field);
    return got === undefined ? [] : [issue(path(field), got, `must be absent (${why})`)];
  };

const all =
  (checks: readonly Check[]): Check =>
  (object) =>
    checks.flatMap((check) => check(object));

const ANOTHER = "with another one than before, Flux uninstalls the release and installs it again";
const KEPT = "a deletion of it is an outage";
const TENANT = "the managed Flux acts as one account, in its own namespace alone";
const REPLACES = "it deletes what it cannot change, and makes it again";

const storageIsTarget: Check = (object) => {
  const [storage, target] = [
    valueAt(object, ["spec", "storageNamespace"]),
    valueAt(object, ["spec", "targetNamespace"]),
  ];
  if (storage === target || storage === undefined || target === undefined) return [];
  const must = `must be the targetNamespace, ${String(target)} (Terraform keeps its record there, and Flux would install a second release)`;
  return [issue("spec.storageNamespace", storage, must)];
};

const chartIsOurs: Check = (object) => {
  const field = ["spec", "chart", "spec", "chart"];
  const got = valueAt(object, field);
  if (typeof got === "string" && /^\.\/charts\/[a-z0-9][a-z0-9-]*$/.test(got)) return [];
  return [issue(path(field), got, "must be ./charts/ and a folder of it (a chart is one of this repository)")];
};

/** Whether Flux acts is said twice: to the handover's check by the annotation, to Flux by the field. */
const isSuspendedUnlessFlux: Check = (object) => {
  const annotation = ["metadata", "annotations", DELIVERY_ANNOTATION];
  const delivery = valueAt(object, annotation);
  if (!DELIVERIES.some((one) => one === delivery))
    return [
      issue(path(annotation), delivery, `must be ${DELIVERIES.join(", ")} (CI sees by it who delivers the release)`),
    ];
  const check =
    delivery === "flux"
      ? isAbsent(["spec", "suspend"], "Flux delivers it; a false would take back a suspension by hand")
      : is(["spec", "suspend"], true, "Flux does not deliver it, and would upgrade it while somebody else does");
  return check(object);
};

const REMEDY: Field = ["spec", "upgrade", "remediation"];

const HELM_RELEASE: readonly Check[] = [
  is(["metadata", "namespace"], CLUSTER_NAMES.gitOpsNamespace, TENANT),
  isThere(["spec", "releaseName"], ANOTHER),
  isThere(["spec", "targetNamespace"], ANOTHER),
  isThere(["spec", "storageNamespace"], "without it Flux sees no release of Terraform's, and installs a second one"),
  storageIsTarget,
  isAbsent(["spec", "install", "remediation"], "the remedy of an install that failed is to uninstall it"),
  ...["serviceAccountName", "kubeConfig"].map((name) => isAbsent(["spec", name], TENANT)),
  isAbsent(["spec", "postRenderers"], "Terraform has none, so what runs would differ"),
  isAbsent(["spec", "chartRef"], "a chart is one of this repository"),
  chartIsOurs,
  is(
    ["spec", "chart", "spec", "sourceRef"],
    { kind: "GitRepository", name: CLUSTER_NAMES.gitOpsConfiguration },
    "the one source in Flux's own namespace, which is this repository",
  ),
  isSuspendedUnlessFlux,
  is(
    ["spec", "chart", "spec", "reconcileStrategy"],
    "ChartVersion",
    "Revision adds the commit to the version, which is no legal label",
  ),
  holds(["metadata", "annotations"], ANNOTATIONS.notPruned, KEPT),
  ...["upgrade", "rollback"].map((action) => isAbsent(["spec", action, "force"], REPLACES)),
  isAbsent(["spec", "rollback", "recreate"], "it restarts every pod at once"),
  is([...REMEDY, "retries"], 0, "as Terraform: what failed is not tried again by itself"),
  is([...REMEDY, "remediateLastFailure"], true, "as Terraform: what failed is rolled back"),
  isAbsent([...REMEDY, "strategy"], "the other one uninstalls"),
];

const NAMESPACE: readonly Check[] = [holds(["metadata", "annotations"], ANNOTATIONS.notPruned, KEPT)];

/** A ConfigMap that is generated. */
const GENERATED: readonly Check[] = [
  is(["namespace"], CLUSTER_NAMES.gitOpsNamespace, TENANT),
  is(["options", "disableNameSuffixHash"], true, "the release reads it by its name"),
  holds(["options", "annotations"], ANNOTATIONS.notSubstituted, "what looks like a variable is the user's, and stays"),
  holds(["options", "labels"], WATCHED, "a release that failed would not be woken by a repair"),
];

/** What a kustomization of ours may say. */
const SAID = ["apiVersion", "kind", "resources", "configMapGenerator"];

const KUSTOMIZATION: readonly Check[] = [
  isAbsent(["namespace"], "kustomize would rename the Namespace too"),
  (object) =>
    Object.keys(isMapping(object) ? object : {})
      .filter((key) => !SAID.includes(key) && key !== "namespace")
      .map((key) => issue(key, valueAt(object, [key]), `must be absent (only ${SAID.join(", ")} may be said)`)),
  (object) =>
    listAt(object, "resources").flatMap((resource, index) =>
      typeof resource === "string" && /^[\w.-]+\.yaml$/.test(resource)
        ? []
        : [issue(`resources.${index}`, resource, "must be a file beside it (Flux refuses what is elsewhere)")],
    ),
  (object) =>
    listAt(object, "configMapGenerator").flatMap((generator, index) =>
      all(GENERATED)(generator).map((each) => ({ ...each, path: `configMapGenerator.${index}.${each.path}` })),
    ),
];

const listAt = (object: unknown, key: string): readonly unknown[] => {
  const list = valueAt(object, [key]);
  return Array.isArray(list) ? list : [];
};

/** Whatever its type is. */
const ANY: readonly Check[] = [isAbsent(["metadata", "annotations", "kustomize.toolkit.fluxcd.io/force"], REPLACES)];

const OF_KIND: Readonly<Record<keyof typeof TYPES, readonly Check[]>> = {
  HelmRelease: HELM_RELEASE,
  Kustomization: KUSTOMIZATION,
  Namespace: NAMESPACE,
};

const isOurs = (kind: unknown): kind is keyof typeof TYPES => typeof kind === "string" && Object.hasOwn(TYPES, kind);

/**
 * What is wrong with what is in gitops/: shapes with which Flux would uninstall a release, restart its pods, or leave it as it
 * is without a word. That names are frozen, and that no release leaves while Flux acts on it, takes the state
 * before: `mmrv handover check` sees to it.
 * @returns issues whose path is the file and, behind a space, the field
 */
export function gitOpsIssues(objects: readonly GitOpsObject[]): Issue[] {
  return objects.flatMap(({ file, object }) => {
    const [apiVersion, kind] = [valueAt(object, ["apiVersion"]), valueAt(object, ["kind"])];
    if (!isOurs(kind) || TYPES[kind] !== apiVersion) {
      const may = Object.entries(TYPES).map(([name, version]) => `${version} ${name}`);
      const must = `must be ${may.join(", ")} (the managed Flux serves others at times only, and nothing here needs one)`;
      return [issue(file, `${String(apiVersion)} ${String(kind)}`, must)];
    }
    return all([...ANY, ...OF_KIND[kind]])(object).map((each) => ({ ...each, path: `${file} ${each.path}` }));
  });
}
