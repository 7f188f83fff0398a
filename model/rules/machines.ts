import type { Environment } from "../environment";
import { LARGEST_EPHEMERAL_DISK_GIB, type Machine, machineOf, sizeMeantBy } from "../machines";
import { type Issue, issue } from "./issue";

type Pool = Environment["nodePools"][number];

/** Under these AKS takes no size: learn.microsoft.com/azure/aks/quotas-skus-regions. */
const LEAST_VCPUS = 2;
const LEAST_MEMORY_GIB = { System: 4, User: 2 } as const;

const EXAMPLE = "such as Standard_D4ds_v5";

export function unfitMachines({ nodePools }: Environment): Issue[] {
  return nodePools.flatMap((pool, index) => {
    const path = `nodePools.${index}`;
    const machine = machineOf(pool.vmSize);
    if (machine === undefined) return misspelt(path, pool.vmSize);
    const must = sentenceOfUnfit(machine, pool);
    return must === undefined
      ? tooLargeDisk(path, pool, machine)
      : [issue(`${path}.vmSize`, pool.vmSize, must, [`${path}.mode`])];
  });
}

function misspelt(path: string, size: string): Issue[] {
  const meant = sizeMeantBy(size);
  if (meant === undefined) return [];
  const must = `must be a VM size of Azure (model/machine-series.ts lists them; one that is newer belongs there) (did you mean ${meant}?)`;
  return [issue(`${path}.vmSize`, size, must)];
}

/** The first reason for which a size cannot be a pool; the others would go with it. */
function sentenceOfUnfit(machine: Machine, { mode }: Pool): string | undefined {
  const { architecture, isBurstable, largestOsDiskGib, memoryGib, vCpus } = machine;
  if (architecture !== "amd64") return `must be an amd64 size, ${EXAMPLE} (no image is built for Arm)`;
  if (vCpus < LEAST_VCPUS || memoryGib < LEAST_MEMORY_GIB[mode])
    return `must have at least ${LEAST_VCPUS} vCPUs and ${LEAST_MEMORY_GIB[mode]} GiB of memory (AKS refuses less in a ${mode} pool; this has ${vCpus} and ${memoryGib})`;
  if (isBurstable && mode === "System")
    return `must not be a burstable size, but one ${EXAMPLE} (AKS supports no B series in a System pool)`;
  if (largestOsDiskGib === 0) return `must be a size with a local disk, ${EXAMPLE} (the OS disk is ephemeral)`;
  return undefined;
}

function tooLargeDisk(path: string, { osDiskGb, vmSize }: Pool, { largestOsDiskGib }: Machine): Issue[] {
  if (osDiskGb <= largestOsDiskGib) return [];
  const why =
    largestOsDiskGib === LARGEST_EPHEMERAL_DISK_GIB
      ? "Azure makes no larger ephemeral disk"
      : `the local disk of ${vmSize}`;
  return [issue(`${path}.osDiskGb`, osDiskGb, `must be at most ${largestOsDiskGib} (${why})`, [`${path}.vmSize`])];
}

/** A size that may be new, or of a series of which the table has no numbers. */
export function machineWarnings({ nodePools }: Environment): Issue[] {
  return nodePools.flatMap(({ vmSize }, index) => {
    if (machineOf(vmSize) !== undefined) return [];
    const must =
      "should be in model/machine-series.ts (its processor, memory and local disk are not known; az vm list-skus says whether Azure has it)";
    return [issue(`nodePools.${index}.vmSize`, vmSize, must)];
  });
}
