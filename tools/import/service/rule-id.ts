import { createHash } from "node:crypto";
import { type At, isRecord } from "../at";
import { idOf } from "../id";

/**
 * The id of a question about a listener rule: its first path for people, and eight characters that stand for which rule it is
 * and what it looks at. A priority is handed on: an answer about one rule must never be taken for another, nor for the same one
 * after it was changed.
 */
export function ruleId(rule: At, ...parts: readonly string[]): string {
  const [path = rule.at("Priority").text === "default" ? "default" : "all"] = rule
    .at("Conditions")
    .items.filter((condition) => condition.at("Field").text === "path-pattern")
    .flatMap((condition) => [...condition.at("PathPatternConfig", "Values").words, ...condition.at("Values").words])
    .sort();
  const which = rule.at("RuleArn").text ?? rule.at("ListenerArn").text ?? "";
  const said = `${which} ${inOneOrder(rule.at("Conditions").value)}`;
  return idOf("rule", path, createHash("sha256").update(said).digest("hex").slice(0, 8), ...parts);
}

/** The same text for the same conditions, in whichever order they came. */
function inOneOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOneOrder).sort().join()}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "";
  return `{${Object.keys(value)
    .filter((key) => value[key] !== undefined && value[key] !== null)
    .sort()
    .map((key) => `${key}:${inOneOrder(value[key])}`)
    .join()}}`;
}
