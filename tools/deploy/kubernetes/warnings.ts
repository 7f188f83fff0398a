import { flat } from "../../flat";
import type { Kubectl } from "./kubectl";

interface Event {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

/**
 * What went wrong in a namespace in its own words, newest last, each once. Helm says only "context deadline exceeded":
 * that a pod was refused, or found no node, is told here.
 */
export async function warningsIn(kubectl: Kubectl, namespace: string, most = 5): Promise<string[]> {
  const { items } = await kubectl.json<{ items: Event[] }>([
    "get",
    "events",
    "--namespace",
    namespace,
    "--field-selector",
    "type=Warning",
    "--sort-by",
    ".lastTimestamp",
  ]);
  const lines = items.map(
    ({ involvedObject: { kind, name }, message, reason }) => `${kind} ${name}: ${reason}: ${flat(message)}`,
  );
  return [...new Set(lines)].slice(-most);
}
