import { closestTo } from "./did-you-mean";
import { OTHER_SERIES, SERIES, SINGLE_SIZES } from "./machine-series";

/** A VM size, as a node pool needs to know it. */
export interface Machine {
  /** The exact SKU name, such as Standard_D4ds_v5. */
  readonly size: string;
  readonly architecture: "amd64" | "arm64";
  readonly vCpus: number;
  readonly memoryGib: number;
  /** The largest ephemeral OS disk, in whole GiB; 0 when it takes none. */
  readonly largestOsDiskGib: number;
  /** Whether its vCPUs are lent by credits (the B series). */
  readonly isBurstable: boolean;
}

const PREFIX = "Standard_";

/** However large the local disk: learn.microsoft.com/azure/virtual-machines/ephemeral-os-disks. */
export const LARGEST_EPHEMERAL_DISK_GIB = 2040;

const machine = (
  name: string,
  numbers: { readonly vCpus: number; readonly memoryGib: number; readonly localGib: number },
  architecture: Machine["architecture"] = "amd64",
): [string, Machine] => {
  const { localGib, ...rest } = numbers;
  const largestOsDiskGib = Math.min(Math.floor(localGib), LARGEST_EPHEMERAL_DISK_GIB);
  return [name, { size: `${PREFIX}${name}`, architecture, ...rest, largestOsDiskGib, isBurstable: /^B\d/.test(name) }];
};

/** By the name without "Standard_", which is the same for all and says nothing of how near two names are. */
export const MACHINES: ReadonlyMap<string, Machine> = new Map([
  ...SERIES.flatMap(({ architecture, except = {}, local, memory, sizes, vCpus }) =>
    vCpus.map((count) => {
      const memoryGib = except[count]?.memory ?? count * memory;
      const numbers = { vCpus: count, memoryGib, localGib: count * local };
      return machine(sizes.replace("*", String(count)), numbers, architecture);
    }),
  ),
  ...SINGLE_SIZES.map(([name, vCpus, memoryGib, localGib]) => machine(name, { vCpus, memoryGib, localGib })),
]);

const nameOf = (size: string): string => size.replace(PREFIX, "");

/** Undefined for a size that the table does not list. */
export const machineOf = (size: string): Machine | undefined => MACHINES.get(nameOf(size));

/** The size that was meant by one that does not exist; undefined for one that is listed, is of another series, or is near none. */
export function sizeMeantBy(size: string): string | undefined {
  const name = nameOf(size);
  if (MACHINES.has(name) || OTHER_SERIES.some((series) => series.test(name))) return undefined;
  const meant = closestTo(name, [...MACHINES.keys()]);
  return meant && `${PREFIX}${meant}`;
}
