/** A memory quantity of Kubernetes such as 512Mi or 2Gi, in MiB. */
export const mebibytes = (quantity: string): number =>
  Number.parseInt(quantity, 10) * (quantity.endsWith("Gi") ? 1024 : 1);

/** A CPU quantity of Kubernetes such as 250m or 1.5, in thousandths of a CPU. */
export const milliCpu = (quantity: string): number =>
  quantity.endsWith("m") ? Number.parseInt(quantity, 10) : Number.parseFloat(quantity) * 1000;
