import { podSecurityLabels } from "../../constructs/support/pod-security-labels";
import { MAX_HISTORY } from "../../constructs/support/release-history";
import { DELIVERY_ANNOTATION, deliveryOf, PROBE } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { ANNOTATIONS, TYPES, WATCHED } from "../../model/gitops/files";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../../model/naming";
import type { Values } from "../../model/read-values";
import { ownRelease } from "../../model/releases";

/** One release, as Flux is to know it. */
export interface FluxRelease {
  readonly environment: Environment;
  readonly name: string;
  /** The files of helm-values/ with values in them, from the root of the repository, a later one over an earlier one. */
  readonly layers: readonly string[];
  /** What goes over them; a `${variable}` in it is Flux's to fill in, any other `$` is doubled. */
  readonly computed: Values;
  /** The Deployment whose number of pods an autoscaler owns. @default none */
  readonly scaled?: string;
}

/** The ConfigMap with the files of helm-values/: under a fixed name, so that a new digest changes nothing in gitops/. */
const valuesName = (release: string): string => `${release}-values`;

const keyOf = (layer: string): string => layer.slice(layer.lastIndexOf("/") + 1);

/** Under its own name, as the user wrote it; a change of it wakes the releases that read it. */
const GENERATED = { disableNameSuffixHash: true, annotations: ANNOTATIONS.notSubstituted, labels: WATCHED };

/**
 * What kustomize puts together. Without `namespace:`, which would also rename the Namespace.
 * @param resources the files beside it
 */
export const kustomization = ({ layers, name }: FluxRelease, resources: readonly string[]) => ({
  apiVersion: TYPES.Kustomization,
  kind: "Kustomization",
  resources,
  ...(layers.length > 0 && {
    configMapGenerator: [
      {
        name: valuesName(name),
        namespace: CLUSTER_NAMES.gitOpsNamespace,
        files: layers.map((layer) => `../../../${layer}`),
        options: GENERATED,
      },
    ],
  }),
});

/** The only thing that Flux applies which is no release: a ConfigMap that says where it is. */
export const probe = ({ name }: Pick<Environment, "name">) => ({
  apiVersion: TYPES.Kustomization,
  kind: "Kustomization",
  configMapGenerator: [
    {
      name: PROBE,
      namespace: CLUSTER_NAMES.gitOpsNamespace,
      literals: [`environment=${name}`],
      options: GENERATED,
    },
  ],
});

/** The namespace of every application, as Terraform makes it. */
export const namespace = ({ environment }: FluxRelease) => ({
  apiVersion: TYPES.Namespace,
  kind: "Namespace",
  metadata: {
    name: APPLICATION_NAMESPACE,
    labels: podSecurityLabels(environment.kubernetes.version),
    annotations: ANNOTATIONS.notPruned,
  },
});

/**
 * The release: what Terraform's helm_release says, in Flux's words, so that Flux takes up the one that is there. Its three names
 * are stated, because another one of them has Flux uninstall the release and install it again.
 */
export function helmRelease({ computed, environment, layers, name, scaled }: FluxRelease) {
  const { chart, timeoutSeconds } = ownRelease(name);
  const delivery = deliveryOf(environment, name);
  return {
    apiVersion: TYPES.HelmRelease,
    kind: "HelmRelease",
    metadata: {
      name,
      namespace: CLUSTER_NAMES.gitOpsNamespace,
      annotations: { [DELIVERY_ANNOTATION]: delivery, ...ANNOTATIONS.notPruned },
    },
    spec: {
      // Where Flux delivers nothing is said: a false would take a suspension by hand back within minutes.
      ...(delivery !== "flux" && { suspend: true }),
      interval: "10m",
      timeout: `${timeoutSeconds}s`,
      releaseName: name,
      targetNamespace: APPLICATION_NAMESPACE,
      storageNamespace: APPLICATION_NAMESPACE,
      maxHistory: MAX_HISTORY,
      chart: {
        spec: {
          chart: `./charts/${chart}`,
          // Revision adds the commit to the version, and with its + the label helm.sh/chart is none.
          reconcileStrategy: "ChartVersion",
          sourceRef: { kind: "GitRepository", name: CLUSTER_NAMES.gitOpsConfiguration },
        },
      },
      // No remediation: the remedy of an install that failed is to uninstall it.
      install: { crds: "Skip" },
      // As Terraform's atomic: what failed is rolled back, and tried again when something has changed.
      upgrade: { crds: "Skip", cleanupOnFail: true, remediation: { retries: 0, remediateLastFailure: true } },
      driftDetection: driftDetection(delivery === "flux", scaled),
      ...(layers.length > 0 && {
        valuesFrom: layers.map((layer) => ({ kind: "ConfigMap", name: valuesName(name), valuesKey: keyOf(layer) })),
      }),
      values: computed,
    },
  };
}

/** Mended where Flux delivers; the number of pods is said by the chart for as long as an autoscaler is new to a Deployment. */
const driftDetection = (isMended: boolean, scaled: string | undefined) => ({
  mode: isMended ? "enabled" : "warn",
  ...(isMended &&
    scaled !== undefined && { ignore: [{ paths: ["/spec/replicas"], target: { kind: "Deployment", name: scaled } }] }),
});
