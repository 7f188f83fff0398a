/** 1024 units of ECS are one CPU: docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html. */
const UNITS = 1024;

/** A quantity of CPU by units of ECS; the least is a thousandth, because zero is none. */
export function cpuQuantity(units: number): string {
  const milli = Math.max(1, Math.round((units * 1000) / UNITS));
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** Units of ECS as they are written: "1024", "1 vCPU", ".5 vCPU". */
export function unitsIn(text: string | undefined): number | undefined {
  const [, count = "", unit] = /^\s*(\d*\.?\d+)\s*(vcpu)?\s*$/i.exec(text ?? "") ?? [];
  return count === "" ? undefined : Number(count) * (unit === undefined ? 1 : UNITS);
}

/** MiB as they are written: "2048", "2 GB", "0.5GB". */
export function mebibytesIn(text: string | undefined): number | undefined {
  const [, count = "", unit] = /^\s*(\d*\.?\d+)\s*(gb|mb)?\s*$/i.exec(text ?? "") ?? [];
  return count === "" ? undefined : Math.round(Number(count) * (/gb/i.test(unit ?? "") ? 1024 : 1));
}
