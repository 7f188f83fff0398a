import { mebibytes } from "../quantities";
import type { PlatformValues } from "../schema/platform";
import { type Fault, fault } from "./fault";

/** Rules that span fields of the platform's Helm values. */
export interface PlatformRule {
  /** The values that the rule looks at; it runs when each of them has the right shape. */
  readonly reads: readonly (keyof PlatformValues)[];
  readonly faults: (platform: PlatformValues) => Fault[];
}

export const PLATFORM_RULES: readonly PlatformRule[] = [
  { reads: ["gateway"], faults: minimumAboveMaximum },
  { reads: ["gateway"], faults: ({ gateway }) => limitBelowRequest("gateway", gateway) },
  {
    reads: ["containerDefaults"],
    faults: ({ containerDefaults }) => limitBelowRequest("containerDefaults", containerDefaults),
  },
];

function minimumAboveMaximum({ gateway: { maxReplicas, minReplicas } }: PlatformValues): Fault[] {
  if (minReplicas <= maxReplicas) return [];
  const must = `must be at most gateway.maxReplicas ${maxReplicas} (the autoscaler is refused)`;
  return [fault("gateway.minReplicas", minReplicas, must, ["gateway.maxReplicas"])];
}

function limitBelowRequest(
  path: string,
  { limitsMemory, requestsMemory }: { readonly limitsMemory: string; readonly requestsMemory: string },
): Fault[] {
  if (mebibytes(limitsMemory) >= mebibytes(requestsMemory)) return [];
  const must = `must be at least ${path}.requestsMemory ${requestsMemory} (Kubernetes refuses the pod)`;
  return [fault(`${path}.limitsMemory`, limitsMemory, must, [`${path}.requestsMemory`])];
}
