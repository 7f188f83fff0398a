/** A definition of a type of Flux's that takes any fields: for tests of who reads such objects, where no controller runs. */
const definition = (group: string, version: string, kind: string, plural: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});

/** The types of Flux that a handover reads. */
export const FLUX_TYPES = [
  definition("helm.toolkit.fluxcd.io", "v2", "HelmRelease", "helmreleases"),
  definition("kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations"),
  definition("source.toolkit.fluxcd.io", "v1", "GitRepository", "gitrepositories"),
  definition("source.toolkit.fluxcd.io", "v1", "HelmChart", "helmcharts"),
];
