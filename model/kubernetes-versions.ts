/**
 * The Kubernetes minors that an environment may run, each with the last day on which AKS supports it: those that AKS
 * supported in November 2026, and that the charts of others here support too (docs/third-party.md). 1.37, which AKS has had
 * since October 2026, is one that Envoy Gateway 1.9 does not know; 1.33 ended in July 2026.
 *
 * AKS keeps each for a year more with long-term support, which needs the Premium tier; `kubernetes.tier` has none.
 *
 * Source: learn.microsoft.com/azure/aks/supported-kubernetes-versions of 5 August 2026, read in November 2026. A month there
 * without a day means its last day.
 */
export const KUBERNETES_VERSIONS: readonly { readonly minor: string; readonly supportedUntil: string }[] = [
  { minor: "1.34", supportedUntil: "2026-11-30" },
  { minor: "1.35", supportedUntil: "2027-03-31" },
  { minor: "1.36", supportedUntil: "2027-06-30" },
];

/**
 * Whether a version is of one of the minors above. No clock is asked: one whose support has ended since then stays.
 * @param version with a patch, such as 1.35.2, or without
 */
export const isKnownVersion = (version: string): boolean =>
  KUBERNETES_VERSIONS.some(({ minor }) => minor === version.split(".", 2).join("."));
