/** A memory quantity of Kubernetes such as 512Mi or 2Gi, in MiB. */
export const mebibytes = (quantity: string): number =>
  Number.parseInt(quantity, 10) * (quantity.endsWith("Gi") ? 1024 : 1);

/** What ECS counts a CPU as. */
const UNITS = 1024;

/** The CPU quantity that was meant by units of ECS, such as 250m by 256; undefined for what is none. */
export function cpuOfUnits(units: string): string | undefined {
  if (!/^[1-9]\d{2,4}$/.test(units)) return undefined;
  const milli = Math.round((Number(units) * 1000) / UNITS);
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** The memory quantity that was meant by the MiB of ECS, such as 512Mi by 512; undefined for what is none. */
export const memoryOfMebibytes = (count: string): string | undefined =>
  /^[1-9]\d*$/.test(count) ? `${count}Mi` : undefined;

/** A CPU quantity of Kubernetes such as 250m or 1.5, in thousandths of a CPU. */
export const milliCpu = (quantity: string): number =>
  quantity.endsWith("m") ? Number.parseInt(quantity, 10) : Number.parseFloat(quantity) * 1000;
