import { describe, expect, it } from "vitest";
import { gitOpsIssues } from "../../../model/gitops/rules";
import { describeIssue } from "../../../model/rules/issue";

const HELM_RELEASE = {
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: {
    name: "backend",
    namespace: "mmrv-gitops",
    annotations: { "mmrv/delivery": "flux", "kustomize.toolkit.fluxcd.io/prune": "disabled" },
  },
  spec: {
    releaseName: "backend",
    targetNamespace: "mmrv",
    storageNamespace: "mmrv",
    chart: {
      spec: {
        chart: "./charts/mmrv-app",
        reconcileStrategy: "ChartVersion",
        sourceRef: { kind: "GitRepository", name: "mmrv" },
      },
    },
    install: { crds: "Skip" },
    upgrade: { remediation: { retries: 0, remediateLastFailure: true } },
  },
};
const NAMESPACE = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "mmrv", annotations: { "kustomize.toolkit.fluxcd.io/prune": "disabled" } },
};
const KUSTOMIZATION = {
  apiVersion: "kustomize.config.k8s.io/v1beta1",
  kind: "Kustomization",
  resources: ["release.yaml"],
  configMapGenerator: [
    {
      name: "backend-values",
      namespace: "mmrv-gitops",
      files: ["../../../helm-values/backend/values.yaml"],
      options: {
        disableNameSuffixHash: true,
        annotations: { "kustomize.toolkit.fluxcd.io/substitute": "disabled" },
        labels: { "reconcile.fluxcd.io/watch": "Enabled" },
      },
    },
  ],
};

/** A copy with something else at a field; undefined takes it away. */
function but(object: object, field: readonly string[], value: unknown): object {
  const [key = "", ...rest] = field;
  const entries = new Map(Object.entries(object));
  const inner = entries.get(key) ?? {};
  const next = rest.length === 0 ? value : but(inner as object, rest, value);
  if (Array.isArray(object)) return object.map((one, index) => (String(index) === key ? next : one));
  if (next === undefined) entries.delete(key);
  else entries.set(key, next);
  return Object.fromEntries(entries);
}

const FILE = "gitops/staging/backend/file.yaml";
const said = (...objects: readonly unknown[]): string[] =>
  gitOpsIssues(objects.map((object) => ({ file: FILE, object }))).map((one) => describeIssue("", one));

const TENANT = "the managed Flux acts as one account, in its own namespace alone";
const ANOTHER = "with another one than before, Flux uninstalls the release and installs it again";
const REPLACES = "it deletes what it cannot change, and makes it again";
const SOURCE = { kind: "GitRepository", name: "mmrv" };
const MUST_BE_SOURCE =
  'must be {"kind":"GitRepository","name":"mmrv"} (the one source in Flux\'s own namespace, which is this repository)';
const KEPT = "a deletion of it is an outage";

const NOT_FLUX = "Flux does not deliver it, and would upgrade it while somebody else does";
const IS_FLUX = "Flux delivers it; a false would take back a suspension by hand";
const MUST_SAY = "must be terraform, handover, flux (CI sees by it who delivers the release)";

describe("the house rules of gitops/", () => {
  it("have nothing against what is rendered", () => {
    expect(said(HELM_RELEASE, NAMESPACE, KUSTOMIZATION)).toEqual([]);
  });

  it("do not mind in which order a mapping is written", () => {
    const reversed = { name: SOURCE.name, kind: SOURCE.kind };
    expect(said(but(HELM_RELEASE, ["spec", "chart", "spec", "sourceRef"], reversed))).toEqual([]);
  });

  it.each<[delivery: unknown, suspend: unknown, sentences: readonly string[]]>([
    ["terraform", true, []],
    ["handover", true, []],
    ["flux", undefined, []],
    ["terraform", undefined, [`spec.suspend: got nothing, must be true (${NOT_FLUX})`]],
    ["handover", false, [`spec.suspend: got false, must be true (${NOT_FLUX})`]],
    ["flux", true, [`spec.suspend: got true, must be absent (${IS_FLUX})`]],
    ["flux", false, [`spec.suspend: got false, must be absent (${IS_FLUX})`]],
    [undefined, true, [`metadata.annotations.mmrv/delivery: got nothing, ${MUST_SAY}`]],
    ["nobody", true, [`metadata.annotations.mmrv/delivery: got "nobody", ${MUST_SAY}`]],
  ])("13: Flux acts on what it delivers alone: mmrv/delivery %s, suspend %s", (delivery, suspend, sentences) => {
    const release = but(HELM_RELEASE, ["metadata", "annotations", "mmrv/delivery"], delivery);
    expect(said(but(release, ["spec", "suspend"], suspend))).toEqual(sentences.map((one) => `${FILE} ${one}`));
  });

  it.each([
    [{ apiVersion: "v1", kind: "Secret" }, "v1 Secret"],
    [
      { apiVersion: "helm.toolkit.fluxcd.io/v2beta2", kind: "HelmRelease" },
      "helm.toolkit.fluxcd.io/v2beta2 HelmRelease",
    ],
    [
      { apiVersion: "kustomize.toolkit.fluxcd.io/v1", kind: "Kustomization" },
      "kustomize.toolkit.fluxcd.io/v1 Kustomization",
    ],
    [{ kind: "constructor" }, "undefined constructor"],
    ["a text", "undefined undefined"],
  ])("1: no type but three: %j", (object, got) => {
    expect(said(object)).toEqual([
      `${FILE}: got ${got}, must be helm.toolkit.fluxcd.io/v2 HelmRelease, kustomize.config.k8s.io/v1beta1 Kustomization, v1 Namespace (the managed Flux serves others at times only, and nothing here needs one)`,
    ]);
  });

  it.each<[string, object, readonly string[], unknown, string]>([
    [
      "2: a release is in the namespace of Flux's account",
      HELM_RELEASE,
      ["metadata", "namespace"],
      "mmrv",
      `got "mmrv", must be "mmrv-gitops" (${TENANT})`,
    ],
    [
      "2: a ConfigMap too",
      KUSTOMIZATION,
      ["configMapGenerator", "0", "namespace"],
      undefined,
      `got nothing, must be "mmrv-gitops" (${TENANT})`,
    ],
    [
      "2: kustomize renames no namespace",
      KUSTOMIZATION,
      ["namespace"],
      "mmrv-gitops",
      'got "mmrv-gitops", must be absent (kustomize would rename the Namespace too)',
    ],
    [
      "3: the release's name is said",
      HELM_RELEASE,
      ["spec", "releaseName"],
      undefined,
      `got nothing, must be there (${ANOTHER})`,
    ],
    [
      "3: where it goes is said",
      HELM_RELEASE,
      ["spec", "targetNamespace"],
      undefined,
      `got nothing, must be there (${ANOTHER})`,
    ],
    [
      "3: where its record is is said",
      HELM_RELEASE,
      ["spec", "storageNamespace"],
      undefined,
      "got nothing, must be there (without it Flux sees no release of Terraform's, and installs a second one)",
    ],
    [
      "3: its record is where Terraform's is",
      HELM_RELEASE,
      ["spec", "storageNamespace"],
      "mmrv-gitops",
      'got "mmrv-gitops", must be the targetNamespace, mmrv (Terraform keeps its record there, and Flux would install a second release)',
    ],
    [
      "4: an install has no remedy",
      HELM_RELEASE,
      ["spec", "install", "remediation"],
      { retries: 3 },
      'got {"retries":3}, must be absent (the remedy of an install that failed is to uninstall it)',
    ],
    [
      "5: it acts as no other account",
      HELM_RELEASE,
      ["spec", "serviceAccountName"],
      "admin",
      `got "admin", must be absent (${TENANT})`,
    ],
    [
      "5: it acts on no other cluster",
      HELM_RELEASE,
      ["spec", "kubeConfig"],
      { secretRef: { name: "other" } },
      `got {"secretRef":{"name":"other"}}, must be absent (${TENANT})`,
    ],
    [
      "5: nothing is changed behind the chart",
      HELM_RELEASE,
      ["spec", "postRenderers"],
      [],
      "got [], must be absent (Terraform has none, so what runs would differ)",
    ],
    [
      "5: a chart comes from this repository",
      HELM_RELEASE,
      ["spec", "chartRef"],
      { kind: "OCIRepository" },
      'got {"kind":"OCIRepository"}, must be absent (a chart is one of this repository)',
    ],
    [
      "5: its source is no other namespace's",
      HELM_RELEASE,
      ["spec", "chart", "spec", "sourceRef"],
      { ...SOURCE, namespace: "flux-system" },
      `got {"kind":"GitRepository","name":"mmrv","namespace":"flux-system"}, ${MUST_BE_SOURCE}`,
    ],
    [
      "5: its source is no other repository",
      HELM_RELEASE,
      ["spec", "chart", "spec", "sourceRef"],
      { ...SOURCE, name: "other" },
      `got {"kind":"GitRepository","name":"other"}, ${MUST_BE_SOURCE}`,
    ],
    [
      "5: its source is no registry of charts",
      HELM_RELEASE,
      ["spec", "chart", "spec", "sourceRef"],
      { ...SOURCE, kind: "HelmRepository" },
      `got {"kind":"HelmRepository","name":"mmrv"}, ${MUST_BE_SOURCE}`,
    ],
    ...["mmrv-app", "./charts/../gitops", "./charts/"].map(
      (chart): [string, object, readonly string[], unknown, string] => [
        `5: its chart is below charts/, which ${chart} is not`,
        HELM_RELEASE,
        ["spec", "chart", "spec", "chart"],
        chart,
        `got "${chart}", must be ./charts/ and a folder of it (a chart is one of this repository)`,
      ],
    ),
    [
      "6: a chart is taken by its version",
      HELM_RELEASE,
      ["spec", "chart", "spec", "reconcileStrategy"],
      "Revision",
      'got "Revision", must be "ChartVersion" (Revision adds the commit to the version, which is no legal label)',
    ],
    [
      "7: a release is never pruned",
      HELM_RELEASE,
      ["metadata", "annotations", "kustomize.toolkit.fluxcd.io/prune"],
      undefined,
      `got nothing, must be "disabled" (${KEPT})`,
    ],
    [
      "7: the namespace is never pruned",
      NAMESPACE,
      ["metadata", "annotations"],
      undefined,
      `got nothing, must be "disabled" (${KEPT})`,
    ],
    [
      "8: an upgrade replaces nothing",
      HELM_RELEASE,
      ["spec", "upgrade", "force"],
      true,
      `got true, must be absent (${REPLACES})`,
    ],
    [
      "8: a rollback replaces nothing",
      HELM_RELEASE,
      ["spec", "rollback", "force"],
      true,
      `got true, must be absent (${REPLACES})`,
    ],
    [
      "8: a rollback restarts nothing",
      HELM_RELEASE,
      ["spec", "rollback", "recreate"],
      true,
      "got true, must be absent (it restarts every pod at once)",
    ],
    [
      "8: kustomize replaces nothing",
      NAMESPACE,
      ["metadata", "annotations", "kustomize.toolkit.fluxcd.io/force"],
      "enabled",
      `got "enabled", must be absent (${REPLACES})`,
    ],
    [
      "11: a user's dollars are not substituted",
      KUSTOMIZATION,
      ["configMapGenerator", "0", "options", "annotations", "kustomize.toolkit.fluxcd.io/substitute"],
      "enabled",
      'got "enabled", must be "disabled" (what looks like a variable is the user\'s, and stays)',
    ],
    [
      "11: values have a name that stays",
      KUSTOMIZATION,
      ["configMapGenerator", "0", "options", "disableNameSuffixHash"],
      undefined,
      "got nothing, must be true (the release reads it by its name)",
    ],
    [
      "11: values wake what reads them",
      KUSTOMIZATION,
      ["configMapGenerator", "0", "options", "labels"],
      {},
      'got nothing, must be "Enabled" (a release that failed would not be woken by a repair)',
    ],
    [
      "12: what failed is not tried again",
      HELM_RELEASE,
      ["spec", "upgrade", "remediation", "retries"],
      3,
      "got 3, must be 0 (as Terraform: what failed is not tried again by itself)",
    ],
    [
      "12: what failed is rolled back",
      HELM_RELEASE,
      ["spec", "upgrade", "remediation", "remediateLastFailure"],
      undefined,
      "got nothing, must be true (as Terraform: what failed is rolled back)",
    ],
    [
      "12: and not uninstalled",
      HELM_RELEASE,
      ["spec", "upgrade", "remediation", "strategy"],
      "uninstall",
      'got "uninstall", must be absent (the other one uninstalls)',
    ],
    [
      "a kustomization only gathers",
      KUSTOMIZATION,
      ["patches"],
      [],
      "got [], must be absent (only apiVersion, kind, resources, configMapGenerator may be said)",
    ],
    [
      "a kustomization gathers what is beside it",
      KUSTOMIZATION,
      ["resources", "0"],
      "https://example.com/release.yaml",
      'got "https://example.com/release.yaml", must be a file beside it (Flux refuses what is elsewhere)',
    ],
  ])("%s", (_, object, field, value, sentence) => {
    const [line = "", ...more] = said(but(object, field, value));
    expect(more).toEqual([]);
    expect(line.startsWith(`${FILE} ${field.join(".")}`)).toBe(true);
    expect(line.endsWith(`: ${sentence}`)).toBe(true);
  });
});
