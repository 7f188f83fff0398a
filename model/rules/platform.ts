import { didYouMean } from "../did-you-mean";
import { mebibytes } from "../quantities";
import type { PlatformValues } from "../schema/platform";
import { type Issue, issue } from "./issue";

/** Rules that span fields of the platform's Helm values. */
interface PlatformRule {
  /** The values that the rule looks at; it runs when each of them has the right shape. */
  readonly reads: readonly (keyof PlatformValues)[];
  /** @param applications the names of every application of any environment, because all may share a file */
  readonly issues: (platform: PlatformValues, applications: readonly string[]) => Issue[];
}

export const PLATFORM_RULES: readonly PlatformRule[] = [
  { reads: ["gateway"], issues: minimumAboveMaximum },
  { reads: ["gateway"], issues: ({ gateway }) => limitBelowRequest("gateway", gateway) },
  {
    reads: ["containerDefaults"],
    issues: ({ containerDefaults }) => limitBelowRequest("containerDefaults", containerDefaults),
  },
  { reads: ["publicHttps"], issues: publicHttpsOfNobody },
];

function publicHttpsOfNobody({ publicHttps }: PlatformValues, known: readonly string[]): Issue[] {
  return publicHttps.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [issue(`publicHttps.${index}`, name, `must be one of ${known.join(", ")}${didYouMean(name, known)}`)],
  );
}

function minimumAboveMaximum({ gateway: { maxReplicas, minReplicas } }: PlatformValues): Issue[] {
  if (minReplicas <= maxReplicas) return [];
  const must = `must be at most gateway.maxReplicas ${maxReplicas} (the autoscaler is refused)`;
  return [issue("gateway.minReplicas", minReplicas, must, ["gateway.maxReplicas"])];
}

function limitBelowRequest(
  path: string,
  { limitsMemory, requestsMemory }: { readonly limitsMemory: string; readonly requestsMemory: string },
): Issue[] {
  if (mebibytes(limitsMemory) >= mebibytes(requestsMemory)) return [];
  const must = `must be at least ${path}.requestsMemory ${requestsMemory} (Kubernetes refuses the pod)`;
  return [issue(`${path}.limitsMemory`, limitsMemory, must, [`${path}.requestsMemory`])];
}
