import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { StackJson } from "../../tools/terraform/stack-json";

/** Never with an empty object inside: the API server drops it, and the provider then loses count. */
const definition = (
  plural: string,
  { fields = { width: { type: "integer" } }, status }: { fields?: object; status?: object } = {},
) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.fixture.mmrv` },
  spec: {
    group: "fixture.mmrv",
    scope: "Namespaced",
    names: { plural, singular: plural.slice(0, -1), kind: plural.charAt(0).toUpperCase() + plural.slice(1, -1) },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: fields } } } },
      },
    ],
  },
  ...(status && { status }),
});

/** As Gateway API ships one: definitions of this group may not go back. */
const POLICY = [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "fixture" },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [{ apiGroups: ["fixture.mmrv"], apiVersions: ["*"], operations: ["CREATE"], resources: ["*"] }],
      },
      validations: [{ expression: "true" }],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "fixture" },
    spec: { policyName: "fixture", validationActions: ["Deny"] },
  },
];

/** A status, which charts carry and nobody but the API server may write. */
const STATUS = { acceptedNames: { kind: "", plural: "" }, conditions: null, storedVersions: null };

function writeChart(folder: string, name: string, files: Readonly<Record<string, readonly object[]>>): void {
  const all = { "Chart.yaml": [{ apiVersion: "v2", name, version: "1.0.0" }], ...files };
  for (const [file, documents] of Object.entries(all)) {
    const path = join(folder, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, documents.map((document) => stringify(document)).join("---\n"));
  }
}

const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

/**
 * Charts of the shape of the three of others: one with definitions and a policy only, one with definitions in crds/, and
 * one with none. A second version changes a definition and adds one.
 */
export function writeFixtureCharts(folder: string, version: 1 | 2): void {
  const newer = version === 2;
  writeChart(folder, "gateway-crds-helm", {
    "templates/definitions.yaml": [
      definition("gates", { status: STATUS, ...(newer && { fields: { height: { type: "integer" } } }) }),
      definition("roads"),
      ...(newer ? [definition("bridges")] : []),
    ],
    "templates/policy.yaml": POLICY,
  });
  writeChart(folder, "gateway-helm", {
    "crds/definitions.yaml": [definition("unwanteds")],
    "templates/controller.yaml": [configMap("controller")],
  });
  writeChart(folder, "cert-manager", { "templates/controller.yaml": [configMap("controller")] });
}

interface Pulled {
  chart: string;
  repository?: string;
  version?: string;
}

/** A stack's JSON with charts from a folder in place of those in a registry; everything else is as it ships. */
export const fromFolder = (folder: string) => (text: string) => {
  const json = JSON.parse(text) as StackJson;
  const charts = [json.resource?.["helm_release"], json.data?.["helm_template"]].flatMap(
    (byName) => Object.values(byName ?? {}) as Pulled[],
  );
  for (const release of charts.filter(({ repository }) => repository !== undefined)) {
    release.chart = join(folder, release.chart.replace(/@.*/, ""));
    delete release.repository;
    delete release.version;
  }
  return JSON.stringify(json);
};
