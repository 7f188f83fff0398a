import { actionOf, type PlannedChange } from "./import-plan";

/** A difference that an import leaves although nothing is wrong: Azure does not keep it, or the provider does not read it. */
interface Leftover {
  readonly type: string;
  /** The ways to the attributes, without the numbers of lists. */
  readonly paths: readonly string[];
  readonly why: string;
}

/** The only ones that a rebuilt state may show. Each was seen: azurerm 4.81.0, helm 3.1.1, kubernetes 2.38.0. */
export const LEFT_BY_IMPORT: readonly Leftover[] = [
  {
    type: "azurerm_kubernetes_cluster",
    paths: ["default_node_pool.temporary_name_for_rotation"],
    why: "the name of a pool that is there only while another is rotated",
  },
  {
    type: "azurerm_kubernetes_cluster_node_pool",
    paths: ["temporary_name_for_rotation"],
    why: "the same, of a User pool",
  },
  {
    type: "helm_release",
    paths: [
      ...["atomic", "chart", "cleanup_on_fail", "lint", "max_history", "repository", "skip_crds", "timeout"],
      ...["upgrade_install", "values", "wait_for_jobs"],
      // Of the revision that the deployment makes, and so not known.
      ...["id", "metadata"],
    ],
    why: "Helm keeps nothing of how a release is installed: the next deployment makes one revision more, with the same objects",
  },
  {
    type: "kubernetes_manifest",
    paths: ["field_manager", "manifest", "wait"],
    why: "what was asked for is in the program alone; the object has it already",
  },
];

/** What a plan onto a rebuilt state would do. */
export interface Afterwards {
  /** Differences of {@link LEFT_BY_IMPORT}, as "address path". */
  readonly leftovers: readonly string[];
  /** Everything else: what would be made, deleted, replaced or otherwise changed, as "action address". */
  readonly unexpected: readonly string[];
}

export function judge(changes: readonly PlannedChange[]): Afterwards {
  const leftovers: string[] = [];
  const unexpected: string[] = [];
  for (const planned of changes) {
    const { address, change, type } = planned;
    const action = actionOf(planned);
    if (action === "no-op") continue;
    const paths = action === "update" ? [...new Set(differences(change.before, change.after))] : [];
    const isLeftover = (path: string) => LEFT_BY_IMPORT.some((one) => one.type === type && one.paths.includes(path));
    if (paths.length > 0 && paths.every(isLeftover)) leftovers.push(...paths.map((path) => `${address} ${path}`));
    else if (paths.length > 0)
      unexpected.push(`update ${address}: ${paths.filter((path) => !isLeftover(path)).join(", ")}`);
    else unexpected.push(`${action} ${address}`);
  }
  return { leftovers, unexpected };
}

/** The ways to everything that differs, without the numbers of lists and down to what is there on one side alone. No value. */
function differences(before: unknown, after: unknown, path: readonly string[] = []): string[] {
  if (Object.is(before, after)) return [];
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      differences(before[key], after[key], Array.isArray(before) ? path : [...path, key]),
    );
  }
  // What is not said and what is empty are the same to a provider.
  return isNothing(before) && isNothing(after) ? [] : [path.join(".")];
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const isNothing = (value: unknown): boolean => value === null || value === undefined;
