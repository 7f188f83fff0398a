import { CLUSTER_NAMES } from "../../model/naming";

/** A kind that a cluster knows only after somebody has installed it. */
interface Definition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** @default Namespaced */
  readonly scope?: "Cluster" | "Namespaced";
}

const of = (group: string, version: string, kinds: Readonly<Record<string, string>>): Definition[] =>
  Object.entries(kinds).map(([kind, plural]) => ({ group, version, kind, plural }));

/** Every custom kind that our charts use. */
export const DEFINITIONS: readonly Definition[] = [
  {
    group: "gateway.networking.k8s.io",
    version: "v1",
    kind: "GatewayClass",
    plural: "gatewayclasses",
    scope: "Cluster",
  },
  ...of("gateway.networking.k8s.io", "v1", { Gateway: "gateways", HTTPRoute: "httproutes" }),
  ...of("gateway.envoyproxy.io", "v1alpha1", {
    EnvoyProxy: "envoyproxies",
    ClientTrafficPolicy: "clienttrafficpolicies",
    BackendTrafficPolicy: "backendtrafficpolicies",
  }),
  ...of("cert-manager.io", "v1", { Issuer: "issuers", Certificate: "certificates" }),
  ...of("azmonitoring.coreos.com", "v1", { PodMonitor: "podmonitors" }),
  ...of("secrets-store.csi.x-k8s.io", "v1", { SecretProviderClass: "secretproviderclasses" }),
];

/** Namespaces of the controllers of others. */
export const NAMESPACES: readonly string[] = [CLUSTER_NAMES.gatewayNamespace, CLUSTER_NAMES.certManagerNamespace];

/** A definition that takes anything, where the published one cannot be had: the driver's and the agent's come with AKS. */
export function permissiveDefinition({ group, version, kind, plural, scope = "Namespaced" }: Definition) {
  const name = `${plural}.${group}`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition" as const,
    metadata: {
      name,
      // These groups are protected, and say so: kubernetes.io/docs/reference/labels-annotations-taints.
      annotations: { "api-approved.kubernetes.io": "unapproved, for a rehearsal" },
    },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase() },
      scope,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  };
}
