import type { Environment } from "./environment";
import { machineOf } from "./machines";

/** Room for pods. */
export interface Room {
  /** In thousandths of a CPU. */
  readonly milliCpu: number;
  readonly mebibytes: number;
  /** Of the node's own disk, in MiB: emptyDirs and logs. */
  readonly diskMebibytes: number;
}

/** Below a tenth of the disk the kubelet evicts pods, so it gives out nine. */
const DISK_SHARE = 0.9;

/**
 * What Flux's controllers ask for, by their names: config/manager/deployment.yaml of each in github.com/fluxcd. Of Azure's
 * two agents beside them no page says it. They may stand on any node.
 */
export const FLUX_CONTROLLERS: Readonly<Record<string, Omit<Room, "diskMebibytes">>> = {
  "helm-controller": { milliCpu: 100, mebibytes: 64 },
  "kustomize-controller": { milliCpu: 100, mebibytes: 64 },
  "notification-controller": { milliCpu: 100, mebibytes: 64 },
  "source-controller": { milliCpu: 50, mebibytes: 64 },
};

/**
 * What AKS keeps of a node's CPU for itself, in thousandths, by the node's vCPUs; between two lines the larger counts.
 * Source, with what follows: learn.microsoft.com/azure/aks/node-resource-reservations, from Kubernetes 1.29 on.
 */
const KEPT_CPU: readonly (readonly [vCpus: number, milliCpu: number])[] = [
  [1, 60],
  [2, 100],
  [4, 140],
  [8, 180],
  [16, 260],
  [32, 420],
  [64, 740],
];

/** For each pod that the node may hold, and once, in MB; never more than a quarter of the memory. */
const KEPT_MEMORY = { eachPod: 20, once: 50, most: 0.25 } as const;
const MB_IN_MIB = 1e6 / 2 ** 20;
/** Below this much free memory the kubelet evicts pods. */
const EVICTION_MIB = 100;
/** As constructs/node-pool.ts says. */
const MAX_PODS = 110;

/** What of a pool says how large its nodes are. */
type Pool = Pick<Environment["nodePools"][number], "osDiskGb" | "vmSize">;

/**
 * What a node of a pool has for pods, those of AKS's own on every node included. The kernel and the hypervisor keep a few
 * percent of the memory more, which no page says. Undefined for a size that the table of machines does not list.
 */
export function allocatableOf({ osDiskGb, vmSize }: Pool): Room | undefined {
  const machine = machineOf(vmSize);
  if (machine === undefined) return undefined;
  const { memoryGib, vCpus } = machine;
  const kept = KEPT_CPU.find(([upTo]) => vCpus <= upTo) ?? KEPT_CPU.at(-1);
  const mebibytes = memoryGib * 1024;
  const reserved = Math.min(
    (KEPT_MEMORY.eachPod * MAX_PODS + KEPT_MEMORY.once) * MB_IN_MIB,
    mebibytes * KEPT_MEMORY.most,
  );
  return {
    milliCpu: vCpus * 1000 - (kept?.[1] ?? 0),
    mebibytes: Math.floor(mebibytes - reserved - EVICTION_MIB),
    diskMebibytes: Math.floor(osDiskGb * 1024 * DISK_SHARE),
  };
}
