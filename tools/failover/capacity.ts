import { z } from "zod";
import type { Environment } from "../../model/environment";
import { machineOf } from "../../model/machines";
import { commandLine } from "../shell";
import type { Answer, AskArm } from "./ask-arm";
import { type Finding, finding, missing, ready, unknown } from "./finding";

const skuSchema = z.object({
  name: z.string().optional(),
  resourceType: z.string().optional(),
  family: z.string().optional(),
  restrictions: z.array(z.object({ type: z.string().optional(), reasonCode: z.string().optional() })).optional(),
});
const usageSchema = z.object({
  name: z.object({ value: z.string() }),
  currentValue: z.number(),
  limit: z.number(),
});
type Sku = z.infer<typeof skuSchema>;
type Usage = z.infer<typeof usageSchema>;

/** The quota of all families of a region together, as Azure calls it. */
const ALL_FAMILIES = "cores";

/** Whether the region sells the pools' machines, and as many as they may become. */
export async function capacityFindings(standby: Environment, arm: AskArm): Promise<Finding[]> {
  const [skus, usages] = await Promise.all([
    arm.list(`/providers/Microsoft.Compute/skus?$filter=location eq '${standby.region}'`, "2021-07-01", skuSchema),
    arm.list(`/providers/Microsoft.Compute/locations/${standby.region}/usages`, "2024-07-01", usageSchema),
  ]);
  return [finding("sizes", sizesSaid(standby, skus)), finding("quota", quotaSaid(standby, skus, usages))];
}

const isMachine = ({ resourceType }: Sku): boolean => resourceType === "virtualMachines";

function sizesSaid({ nodePools, region }: Environment, skus: Answer<readonly Sku[]>) {
  if (skus.is !== "found") return notAsked(skus, listCommand("list-skus", region));
  const sizes = [...new Set(nodePools.map(({ vmSize }) => vmSize))];
  const refused = sizes.filter((size) => {
    const sold = skus.value.find((sku) => isMachine(sku) && sku.name === size);
    return sold === undefined || (sold.restrictions ?? []).some(({ type }) => type === "Location");
  });
  if (refused.length === 0) return ready(`${region} sells ${sizes.join(", ")}`);
  return missing(
    `${region} does not sell ${refused.join(", ")} to this subscription`,
    "another vmSize in the standby's nodePools, or ask Microsoft for access",
  );
}

/** vCPUs by what Azure limits them by; as many as the autoscaler may start. */
function needs({ nodePools }: Environment, skus: readonly Sku[]): Map<string, number> | undefined {
  const needed = new Map<string, number>();
  for (const { maxCount, vmSize } of nodePools) {
    const family = skus.find((sku) => isMachine(sku) && sku.name === vmSize)?.family;
    const vCpus = machineOf(vmSize)?.vCpus;
    if (vCpus === undefined) return undefined;
    for (const limit of [ALL_FAMILIES, ...(family === undefined ? [] : [family])])
      needed.set(limit, (needed.get(limit) ?? 0) + maxCount * vCpus);
  }
  return needed;
}

function quotaSaid(standby: Environment, skus: Answer<readonly Sku[]>, usages: Answer<readonly Usage[]>) {
  const { region } = standby;
  if (usages.is !== "found") return notAsked(usages, listCommand("list-usage", region));
  const needed = needs(standby, skus.is === "found" ? skus.value : []);
  if (needed === undefined)
    return unknown("model/machine-series.ts has not the vCPUs of a pool's size", listCommand("list-usage", region));
  const lacking = [...needed].flatMap(([name, vCpus]) => {
    // Azure compares names without case.
    const usage = usages.value.find((one) => one.name.value.toLowerCase() === name.toLowerCase());
    if (usage === undefined) return [];
    const free = usage.limit - usage.currentValue;
    return free >= vCpus ? [] : [`${name}: ${vCpus} vCPUs are needed at the most, ${free} of ${usage.limit} are free`];
  });
  const most = needed.get(ALL_FAMILIES) ?? 0;
  if (lacking.length === 0) return ready(`${most} vCPUs at the most, and ${region} has them free`);
  return missing(
    `${region}: ${lacking.join("; ")}`,
    "ask for more: learn.microsoft.com/azure/quotas/per-vm-quota-requests",
  );
}

const notAsked = (
  answer: { readonly is: "missing" } | { readonly is: "unknown"; readonly why: string },
  next: string,
) => unknown(answer.is === "unknown" ? answer.why : "Azure does not know the region", next);

const listCommand = (what: "list-skus" | "list-usage", region: string): string =>
  commandLine("az", "vm", what, "--location", region);
