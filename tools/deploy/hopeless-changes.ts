import { z } from "zod";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";

/**
 * Changes that a plan takes for good and Azure does not: it refuses them in the middle of the apply, or takes a cluster
 * away for them. Each is said before anything is touched, with the deployments that lead there instead.
 */
export function hopelessChanges(plan: PlannedChanges): string[] {
  return [
    ...deletionsUnderLocks(plan),
    ...leapsOfEgress(plan),
    ...addedProfiles(plan),
    ...renamedSystemPools(plan),
    ...frozenRetentions(plan),
  ];
}

/** The same for people, of a stack's plan as JSON; undefined when there are none. */
export function whyHopeless(id: string, json: string): string | undefined {
  const lines = hopelessChanges(changesIn(json, `the plan of ${id}`));
  return lines.length === 0
    ? undefined
    : [`${id}: Azure would refuse this plan, nothing was touched`, ...lines].join("\n  ");
}

/** What is read of a resource in `terraform show -json PLAN`; values may be sensitive, and none is printed. */
const changeSchema = z.object({
  address: z.string(),
  type: z.string(),
  change: z.object({
    actions: z.array(z.string()),
    before: z.record(z.string(), z.unknown()).nullish(),
    after: z.record(z.string(), z.unknown()).nullish(),
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).default([]),
  }),
});
const changesSchema = z.array(changeSchema);
type PlannedChanges = z.infer<typeof changesSchema>;
type PlannedChange = PlannedChanges[number];

/** @throws UserError when the text is not a plan as JSON */
export function changesIn(text: string, what: string): PlannedChanges {
  const plan = z.object({ resource_changes: changesSchema.default([]) }).safeParse(parseJson(text));
  if (!plan.success) throw new UserError(`${what}: is not a plan as JSON`);
  return plan.data.resource_changes;
}

const isDeleted = ({ change }: PlannedChange) => change.actions.includes("delete");

/** Azure refuses to delete anything under a lock (`ScopeLocked`), and Terraform does not try again. */
function deletionsUnderLocks(plan: PlannedChanges): string[] {
  const locks = plan.filter((one) => one.type === "azurerm_management_lock" && !isDeleted(one));
  return plan.filter(isDeleted).flatMap(({ address, change }) => {
    const id = String(change.before?.["id"] ?? "").toLowerCase();
    const lock = locks.find(({ change: { before } }) => {
      const scope = String(before?.["scope"] ?? "").toLowerCase();
      // A diagnostic setting's id is <target>|<name>.
      const isBelow = id === scope || id.startsWith(`${scope}/`) || id.startsWith(`${scope}|`);
      return scope !== "" && (isBelow || scopeOf(change.before) === scope);
    });
    if (!lock) return [];
    return [
      `${printable(address)} would be deleted under ${printable(lock.address)}, which stays, and Azure refuses that (ScopeLocked): deploy with locks: false, then with locks: true`,
    ];
  });
}

const scopeOf = (before: PlannedChange["change"]["before"]): string => String(before?.["scope"] ?? "").toLowerCase();

/** Every way out in the order in which docs/egress.md moves between them; each is one step from its neighbours. */
const WAYS = [
  { name: "loadBalancer with our own address", say: '{ via: "loadBalancer", address: "own" }' },
  { name: "loadBalancer with an address of AKS's", say: '{ via: "loadBalancer", address: "managed" }' },
  { name: "natGateway", say: '{ via: "natGateway", … }' },
  { name: "firewall, prepared", say: '{ via: "firewall", routing: "prepared", … }' },
  { name: "firewall, active", say: '{ via: "firewall", routing: "active", … }' },
] as const;

/** Azure gives an address to one holder at a time, so a leap fails half-way and leaves its first half behind. */
function leapsOfEgress(plan: PlannedChanges): string[] {
  const cluster = plan.find(
    ({ type, change }) => type === "azurerm_kubernetes_cluster" && change.before && change.after,
  );
  if (!cluster) return [];
  const firewall = plan.find(({ type }) => type === "azurerm_firewall");
  const from = wayOf(cluster.change.before, firewall?.change.before);
  const to = wayOf(cluster.change.after, firewall?.change.after);
  if (from === undefined || to === undefined || Math.abs(from - to) < 2) return [];
  const between = WAYS[from + Math.sign(to - from)];
  // On the way home a profile that is left out is not added: adding one replaces the cluster.
  const say = to < from && from === 2 ? '{ via: "loadBalancer", address: "unset" }' : between?.say;
  return [
    `egress from ${WAYS[from]?.name} to ${WAYS[to]?.name} fails in the middle of the apply, because an address has one holder at a time: deploy ${say} first (docs/egress.md)`,
  ];
}

type Values = PlannedChange["change"]["before"];
const profileSchema = z.array(
  z.object({
    outbound_type: z.string(),
    load_balancer_profile: z
      .array(z.object({ outbound_ip_address_ids: z.array(z.unknown()).nullish() }).loose())
      .nullish(),
  }),
);

/** The place in WAYS of a cluster's network profile; undefined for one that is none of ours. */
function wayOf(cluster: Values, firewall: Values): number | undefined {
  const [profile] = profileSchema.safeParse(cluster?.["network_profile"]).data ?? [];
  switch (profile?.outbound_type) {
    case "loadBalancer":
      return (profile.load_balancer_profile?.[0]?.outbound_ip_address_ids ?? []).length > 0 ? 0 : 1;
    case "userAssignedNATGateway":
      return firewall ? 3 : 2;
    case "userDefinedRouting":
      return 4;
    default:
      return undefined;
  }
}

/** On the way back from a NAT gateway: azurerm adds no load balancer profile, it makes another cluster. */
function addedProfiles(plan: PlannedChanges): string[] {
  return replacedClusters(plan, /^network_profile\.\d+\.load_balancer_profile(\.|$)/).map(
    (address) =>
      `${address} would be replaced, and everything on it would be gone, because a load balancer profile is added: say { via: "loadBalancer", address: "unset" } first (docs/egress.md)`,
  );
}

/** Clusters that are replaced because of a field. */
const replacedClusters = (plan: PlannedChanges, field: RegExp): string[] =>
  plan
    .filter(({ type }) => type === "azurerm_kubernetes_cluster")
    .filter(({ change }) => change.replace_paths.some((path) => field.test(path.join("."))))
    .map(({ address }) => printable(address));

/** The System pool is part of the cluster: another name is another cluster, on every environment, guarded or not. */
function renamedSystemPools(plan: PlannedChanges): string[] {
  return replacedClusters(plan, /^default_node_pool\.\d+\.name$/).map(
    (address) =>
      `${address} would be replaced, and everything on it would be gone: the System pool's name is frozen; put it back (its size changes in place: docs/rotate-node-pool.md)`,
  );
}

/** Frozen at a vault's birth; the provider plans a change that Key Vault refuses each time. */
function frozenRetentions(plan: PlannedChanges): string[] {
  const KEY = "soft_delete_retention_days";
  return plan
    .filter(({ type, change }) => type === "azurerm_key_vault" && change.actions.join() === "update")
    .filter(({ change: { after, before } }) => before?.[KEY] !== after?.[KEY])
    .map(
      ({ address, change: { before } }) =>
        `${printable(address)}: vaults.softDeleteDays was frozen at ${String(before?.[KEY])} when the vault was made, and Key Vault refuses another: put it back`,
    );
}
