import type { At } from "../at";
import { patternsOf } from "./rule-questions";

/** Where the gateway sends a request here: `host` only when it is not the application's own. */
export interface RuleRoute {
  readonly host?: string;
  readonly path: string;
}

/** A rule that sends here, with its routes. */
export interface Here {
  readonly rule: At;
  readonly routes: readonly RuleRoute[];
}

/**
 * The prefixes routed here that take requests of a rule which does something else with them. The load balancer goes by
 * priority, and the gateway by prefix alone: what a rule kept back before another one sent it on comes here.
 */
export function takenHere(rule: At, all: readonly Here[]): string[] {
  // Every other rule of its listener comes before it.
  if (isDefault(rule)) return [];
  const patterns = patternsOf(rule).map(({ text }) => text);
  const paths = all
    .filter((one) => !comesBefore(one.rule, rule) && haveOneHost(one.rule, rule))
    .flatMap(({ routes }) => routes.map(({ path }) => path));
  return [...new Set(paths)].filter((path) => (patterns.length > 0 ? patterns : ["*"]).some((one) => meet(one, path)));
}

const isDefault = (rule: At): boolean => rule.at("Priority").text === "default";

const listenerOf = (rule: At): string =>
  rule.at("ListenerArn").text ?? rule.at("RuleArn").text?.replace(/[^/]*$/, "") ?? "";

/** Of two listeners nobody can tell which one a user came by. */
const comesBefore = (one: At, other: At): boolean =>
  listenerOf(one) === listenerOf(other) &&
  (one.at("Priority").number ?? Number.POSITIVE_INFINITY) < (other.at("Priority").number ?? 0);

const hostsOf = (rule: At): string[] =>
  rule
    .at("Conditions")
    .items.filter((condition) => condition.at("Field").text === "host-header")
    .flatMap((condition) => [...condition.at("HostHeaderConfig", "Values").words, ...condition.at("Values").words])
    .map((host) => host.toLowerCase());

/** A rule without a host takes every one, and a pattern may take any. */
function haveOneHost(one: At, other: At): boolean {
  const [ours, theirs] = [hostsOf(one), hostsOf(other)];
  if (ours.length === 0 || theirs.length === 0 || [...ours, ...theirs].some((host) => /[*?]/.test(host))) return true;
  return ours.some((host) => theirs.includes(host));
}

/** Whether a path fits both a pattern and a prefix. */
function meet(pattern: string, prefix: string): boolean {
  const beginning = pattern.replace(/[*?].*$/s, "");
  const isBelow = prefix === "/" || beginning === prefix || beginning.startsWith(`${prefix}/`);
  return isBelow || (beginning !== pattern && prefix.startsWith(beginning));
}
