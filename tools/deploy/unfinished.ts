import { type AskAzure, unfinishedIn } from "../azure/unfinished";
import type { SynthesizedStack } from "../program/stacks";
import { commandLine } from "../shell";
import { resourceIds } from "./resource-ids";

/** Lines about a stack: what Azure did not finish, or why nobody knows. */
export interface Told {
  readonly unfinished: readonly string[];
  readonly unknown?: string;
}

/**
 * What of a stack Azure accepted and did not bring to its end, each with what to do: an import takes it as healthy, and a
 * plan finds nothing to change.
 * @param subscription that the stack is in
 */
export async function unfinishedOf(
  { json }: Pick<SynthesizedStack, "json">,
  subscription: string,
  ask: AskAzure = unfinishedIn,
): Promise<Told> {
  const ids = resourceIds(json, subscription);
  const addresses = new Map([...ids].map(([address, id]) => [id.toLowerCase(), address]));
  const groups = new Set(
    [...addresses.keys()].flatMap((id) => /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+/.exec(id) ?? []),
  );
  const answers = await Promise.all([...groups].map(ask));
  const [unknown] = answers.flatMap((answer) => ("unknown" in answer ? [answer.unknown] : []));
  const unfinished = answers
    .flatMap((answer) => ("unfinished" in answer ? answer.unfinished : []))
    .flatMap(({ id, state }) => {
      const address = addresses.get(id.toLowerCase());
      return address === undefined ? [] : [`${address}: ${remedy(id, state)}`];
    });
  return { unfinished, unknown };
}

function remedy(id: string, state: string): string {
  const { reconcile, remove } = remediesOf(id);
  return `Azure says ${state}, so it was accepted and did not end: if it never worked, ${remove}, then deploy again; if it did, ${reconcile} lets Azure try to end it`;
}

/** The commands that take something away, and that let Azure try again. */
function remediesOf(id: string): { readonly remove: string; readonly reconcile: string } {
  const remove = commandLine("az", "resource", "delete", "--ids", id);
  // Of az aks nothing takes an id; a cluster that is brought to what it is meant to be ends its pools too.
  const [, group, cluster] = /\/resourceGroups\/([^/]+)\/.*\/managedClusters\/([^/]+)/i.exec(id) ?? [];
  if (group === undefined || cluster === undefined)
    return { remove, reconcile: commandLine("az", "resource", "update", "--ids", id) };
  // What extends a cluster has commands of its own (learn.microsoft.com/cli/azure/k8s-extension, k8s-configuration).
  const [, kind = "", name = ""] = /\/Microsoft\.KubernetesConfiguration\/([^/]+)\/([^/]+)$/i.exec(id) ?? [];
  const own = { extensions: ["k8s-extension"], fluxconfigurations: ["k8s-configuration", "flux"] }[kind.toLowerCase()];
  if (own) {
    const which = [
      "--resource-group",
      group,
      "--cluster-name",
      cluster,
      "--cluster-type",
      "managedClusters",
      "--name",
      name,
    ];
    return {
      remove: commandLine("az", ...own, "delete", ...which),
      reconcile: commandLine("az", ...own, "update", ...which),
    };
  }
  return { remove, reconcile: commandLine("az", "aks", "update", "--resource-group", group, "--name", cluster) };
}
