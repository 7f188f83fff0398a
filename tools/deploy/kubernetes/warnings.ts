import { flat } from "../../flat";
import type { Kubectl } from "./kubectl";

interface Event {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
  /** One of the two is there, whichever API made the event. */
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

interface Which {
  /** Names of releases: objects are called so, or begin so. @default whoever's */
  readonly of?: readonly string[];
  /** @default whenever */
  readonly since?: Date;
  /** @default 5 */
  readonly most?: number;
}

/**
 * What went wrong in a namespace in its own words, newest last, each once. Helm says only "context deadline exceeded":
 * that a pod was refused, or found no node, is told here.
 */
export async function warningsIn(
  kubectl: Pick<Kubectl, "json">,
  namespace: string,
  { most = 5, of, since }: Which = {},
): Promise<string[]> {
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
  const isAsked = ({ eventTime, involvedObject: { name }, lastTimestamp }: Event) => {
    const at = lastTimestamp ?? eventTime;
    const isLate = since !== undefined && at != null && new Date(at) < since;
    return !isLate && (of === undefined || of.some((release) => name === release || name.startsWith(`${release}-`)));
  };
  const lines = items
    .filter(isAsked)
    .map(({ involvedObject: { kind, name }, message, reason }) => `${kind} ${name}: ${reason}: ${flat(message)}`);
  return [...new Set(lines)].slice(-most);
}
