/**
 * Waits inside azurerm 4.55.0 that no answer of Azure shortens, in seconds, measured against the stand-in. Everything
 * else is instant there.
 */
const FIXED_WAITS: Readonly<Record<string, { readonly create: number; readonly destroy: number }>> = {
  azurerm_key_vault: { create: 120, destroy: 10 },
  azurerm_management_lock: { create: 110, destroy: 110 },
  azurerm_monitor_diagnostic_setting: { create: 0, destroy: 50 },
  azurerm_monitor_metric_alert: { create: 115, destroy: 95 },
  azurerm_private_dns_zone_virtual_network_link: { create: 0, destroy: 130 },
  azurerm_resource_group: { create: 20, destroy: 20 },
  azurerm_resource_policy_assignment: { create: 95, destroy: 95 },
  azurerm_role_assignment: { create: 20, destroy: 20 },
  azurerm_storage_account: { create: 40, destroy: 10 },
};
const OTHER = { create: 0, destroy: 10 };

/** A stack as synthesized: the parts of cdk.tf.json that the rehearsal reads. */
export interface StackJson {
  readonly terraform?: { readonly required_providers?: Readonly<Record<string, { source: string; version: string }>> };
  readonly provider?: { readonly azurerm?: readonly { readonly subscription_id?: string }[] };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The fixed wait of one resource. A vault without public access is not asked whether it answers. */
function waitOf(type: string, body: unknown, phase: "create" | "destroy"): number {
  const isPrivate = (body as { public_network_access_enabled?: boolean }).public_network_access_enabled === false;
  if (type === "azurerm_key_vault" && isPrivate && phase === "create") return 0;
  return (FIXED_WAITS[type] ?? OTHER)[phase];
}

/** Every managed resource by address, with the addresses that it refers to. */
export function resourceGraph({
  resource = {},
}: StackJson): Map<string, { type: string; body: unknown; needs: string[] }> {
  const graph = new Map<string, { type: string; body: unknown; needs: string[] }>();
  for (const [type, byName] of Object.entries(resource)) {
    for (const [name, body] of Object.entries(byName)) {
      const references = JSON.stringify(body).matchAll(/(?<![\w.])(azurerm_\w+)\.([\w-]+)/g);
      const needs = [...new Set([...references].map(([address]) => address))];
      graph.set(`${type}.${name}`, { type, body, needs });
    }
  }
  return graph;
}

/** Seconds of the provider's own waiting along the longest path: the floor that no stand-in can go below. */
export function floorOf(stack: StackJson, phase: "create" | "destroy"): number {
  const graph = resourceGraph(stack);
  const known = new Map<string, number>();
  const reach = (address: string): number => {
    const resource = graph.get(address);
    if (!resource) return 0;
    const memo = known.get(address);
    if (memo !== undefined) return memo;
    const seconds = waitOf(resource.type, resource.body, phase) + Math.max(0, ...resource.needs.map(reach));
    known.set(address, seconds);
    return seconds;
  };
  return Math.max(0, ...[...graph.keys()].map(reach));
}
