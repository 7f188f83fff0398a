/**
 * The labels of a namespace whose pods the API server itself holds to the restricted standard:
 * kubernetes.io/docs/concepts/security/pod-security-admission.
 * @param version the cluster's, such as 1.35; a stricter standard comes with an upgrade that somebody plans
 */
export const podSecurityLabels = (version: string): Record<string, string> =>
  Object.fromEntries(
    ["enforce", "audit", "warn"].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, "restricted"],
      [`pod-security.kubernetes.io/${mode}-version`, `v${version}`],
    ]),
  );
