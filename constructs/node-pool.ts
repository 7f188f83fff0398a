import { v5 as uuidv5 } from "uuid";
import type { Subnet } from "./network";

export interface NodePoolProps {
  /** System for AKS's own pods, tainted so that nothing else lands there; User for applications. */
  readonly mode: "System" | "User";
  readonly maxCount: number;
  readonly minCount: number;
  /** 1 to 12 lower-case letters and digits. */
  readonly name: string;
  readonly osDiskGb: number;
  readonly vmSize: string;
}

/** What all pools of a cluster have in common. */
export interface PoolGround {
  readonly hostEncryption: boolean;
  readonly nodes: Subnet;
  readonly zones: readonly string[];
}

/** What a pool's machines are, wherever it stands: AKS takes the system pool inside the cluster, the others beside it. */
export function machinesOf(pool: NodePoolProps, { hostEncryption, nodes, zones }: PoolGround) {
  return {
    vmSize: pool.vmSize,
    osSku: "AzureLinux3",
    osDiskType: "Ephemeral",
    osDiskSizeGb: pool.osDiskGb,
    autoScalingEnabled: true,
    minCount: pool.minCount,
    maxCount: pool.maxCount,
    // 110 is Kubernetes' tested limit for a node; the overlay gives each node 250 addresses.
    maxPods: 110,
    nodePublicIpEnabled: false,
    hostEncryptionEnabled: hostEncryption,
    vnetSubnetId: nodes.id,
    zones: zones.length > 0 ? [...zones] : undefined,
    // Needed at the moment of a change that cycles the pool, when it is too late to add it.
    temporaryNameForRotation: temporaryName(pool.name),
    // All of it, always: removing the drain timeout or the behaviour later replaces the cluster.
    upgradeSettings: {
      maxSurge: "33%",
      drainTimeoutInMinutes: 30,
      nodeSoakDurationInMinutes: 0,
      undrainableNodeBehavior: "Schedule",
    },
  };
}

/** Differs from every name in use: AKS takes twelve characters, and a pool that is called like this is no accident. */
const temporaryName = (pool: string) => `tmp${uuidv5(pool, uuidv5.URL).slice(0, 8)}`;
