/** The folder of what Flux applies, from the root of the repository; gitOpsFolder says which part is whose. */
export const GITOPS = "gitops";

/** The files of a release: what belongs together, the release, and of the platform alone the applications' namespace. */
export const GITOPS_FILES = {
  kustomization: "kustomization.yaml",
  namespace: "namespace.yaml",
  release: "release.yaml",
} as const;

/** How a rendered file begins, by which one that nobody renders any more is known and removed. */
export const RENDERED = "Written by `npx mmrv render`";

/** The types that may be in gitops/: what every Flux that the extension ships serves, and kustomize itself. */
export const TYPES = {
  HelmRelease: "helm.toolkit.fluxcd.io/v2",
  Kustomization: "kustomize.config.k8s.io/v1beta1",
  Namespace: "v1",
} as const;

/** What Flux's controllers are told on an object: fluxcd.io/flux/components/kustomize/kustomizations. */
export const ANNOTATIONS = {
  /** Garbage collection passes it by. */
  notPruned: { "kustomize.toolkit.fluxcd.io/prune": "disabled" },
  /** A ${…} in it is a user's, and stays. */
  notSubstituted: { "kustomize.toolkit.fluxcd.io/substitute": "disabled" },
} as const;

/** A change of it wakes the releases that read it: fluxcd.io/flux/components/helm/helmreleases (helm-controller 1.4). */
export const WATCHED = { "reconcile.fluxcd.io/watch": "Enabled" } as const;
