import { printable } from "../../model/printable";
import { parsePlan } from "./plan-guard";

const SHOWN = 5;

/** What a plan changes, in a line, such as "1 to add, 2 to change: azurerm_x.a, azurerm_x.b, azurerm_x.c". */
export function summaryOf(json: string): string {
  const changes = parsePlan(json, "the plan").resource_changes.flatMap(({ address, change: { actions } }) => {
    const kind = actions.length === 2 ? "replace" : (VERBS[actions[0] ?? ""] ?? "");
    return kind === "" ? [] : [{ address, kind }];
  });
  if (changes.length === 0) return "outputs";
  const counts = KINDS.map((kind) => [changes.filter((change) => change.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} to ${kind}`);
  const addresses = changes.slice(0, SHOWN).map(({ address }) => printable(address));
  if (changes.length > SHOWN) addresses.push(`and ${changes.length - SHOWN} more`);
  return `${counts.join(", ")}: ${addresses.join(", ")}`;
}

const KINDS = ["add", "change", "replace", "destroy", "forget"] as const;
/** What Terraform calls it in a plan; reading data and leaving things alone are no changes. */
const VERBS: Readonly<Record<string, (typeof KINDS)[number]>> = {
  create: "add",
  update: "change",
  delete: "destroy",
  forget: "forget",
};
