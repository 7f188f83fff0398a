import { resourceGraph } from "../../tools/terraform/stack-json";
import type { Synthesized } from "./synth";

/** Whether one resource is made only after another, directly or not. */
export function isAfter({ json }: Pick<Synthesized, "json">, later: string, earlier: string): boolean {
  const graph = resourceGraph(json);
  const seen = new Set<string>();
  const reach = (address: string): boolean => {
    if (seen.has(address)) return false;
    seen.add(address);
    return (graph.get(address)?.needs ?? []).some((need) => need === earlier || reach(need));
  };
  return graph.has(earlier) && reach(later);
}

/** The only address of a type. */
export function addressOf({ json }: Pick<Synthesized, "json">, type: string): string {
  const [name, ...rest] = Object.keys(json.resource?.[type] ?? {});
  if (name === undefined || rest.length > 0) throw new Error(`${name === undefined ? 0 : rest.length + 1} of ${type}`);
  return `${type}.${name}`;
}
