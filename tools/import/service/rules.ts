import type { At } from "../at";
import type { Caller } from "../draft";
import type { Context } from "../ecs/inputs";
import type { Ledger } from "../ledger";
import { prefixOf } from "./path-pattern";
import { type Here, type RuleRoute, takenHere } from "./rule-overlap";
import { elsewhere, otherPort, type Pattern, pathQuestion, patternsOf, questionsOf } from "./rule-questions";
import { groupNameOf } from "./target-group-name";

/** Target groups of the service by their ARNs; none when nobody knows. */
export interface OwnGroups {
  readonly targetGroupArns: readonly string[];
  /** The one that sends to the main port. */
  readonly targetGroupArn?: string;
}

export interface Routed {
  readonly routes: readonly RuleRoute[];
  readonly callers: readonly Caller[];
}

/**
 * What listener rules send to the application, as far as a prefix can say it. A rule that asks for a login, looks at more than
 * host and path, or changes the request is asked about, and routes nothing before it is answered.
 * @param own target groups of the service
 */
export function routesOf(rules: readonly At[], own: OwnGroups, context: Context): Routed {
  const isOfHere = (rule: At): boolean =>
    sendsHere(rule.at("Actions").items) && !leadsPast(rule.at("Actions").items, own.targetGroupArns);
  const all = rules.filter(isOfHere).map((rule) => ({ rule, ...ruleOf(rule, own, context) }));
  for (const rule of rules) if (!isOfHere(rule)) settleOther(rule, own, all, context.ledger);
  return {
    routes: unique(
      all.flatMap(({ routes }) => routes),
      ({ host = "", path }) => `${host}${path}`,
    ),
    callers: unique(
      all.flatMap(({ callers }) => callers),
      ({ name }) => name,
    ),
  };
}

const unique = <T>(all: readonly T[], key: (one: T) => string): T[] => [
  ...new Map(all.map((one) => [key(one), one])).values(),
];

const NOTHING: Routed = { routes: [], callers: [] };

/** A rule that sends to this service. */
function ruleOf(rule: At, own: OwnGroups, context: Context): Routed {
  const { ledger } = context;
  const actions = rule.at("Actions").items;
  const main = own.targetGroupArn === undefined ? [] : [own.targetGroupArn];
  const [group = ""] = targetGroupsOf(actions).map(groupNameOf);
  const questions = [...questionsOf(rule), ...(leadsPast(actions, main) ? [otherPort(rule, group)] : [])];
  const answers = questions.map(({ places, question }) => ledger.ask(places, question));
  const [first] = questions;
  if (first === undefined || answers.every((answer) => answer !== undefined)) return routed(rule, context);
  askPatterns(rule, ledger);
  // What is left of a rule that sends nothing here yet belongs to its question.
  ledger.ask(rest(rule), first.question);
  return NOTHING;
}

/** A rule that sends nothing to this service; its requests may come here all the same. */
function settleOther(rule: At, own: OwnGroups, here: readonly Here[], ledger: Ledger): void {
  const actions = rule.at("Actions").items;
  const taken = takenHere(rule, here);
  if (leadsPast(actions, own.targetGroupArns)) {
    const [group = ""] = targetGroupsOf(actions).map(groupNameOf);
    const { places, question } = elsewhere(rule, group, taken);
    if (taken.length > 0) ledger.ask(places, question);
    else ledger.dropped(rule, "it sends to another service's target group");
    return;
  }
  if (isTheRedirectToHttps(actions)) {
    ledger.dropped(rule, "the gateway redirects HTTP to HTTPS by itself");
    return;
  }
  const questions = questionsOf(rule, taken);
  for (const { places, question } of questions) ledger.ask(places, question);
  const [first] = questions;
  if (first !== undefined) ledger.ask(rest(rule), first.question);
}

function routed(rule: At, context: Context): Routed {
  const hosts = hostsOf(rule, context);
  const paths = patternsOf(rule).length > 0 ? pathsOf(rule, context.ledger) : ["/"];
  context.ledger.mapped(rest(rule), "routes");
  return {
    routes: paths.flatMap((path) => hosts.routed.map((host) => ({ ...(host !== undefined && { host }), path }))),
    callers: hosts.callers,
  };
}

/** The prefix of each pattern that has one, or was answered with one. */
function pathsOf(rule: At, ledger: Ledger): string[] {
  const answers = askPatterns(rule, ledger);
  return patternsOf(rule).flatMap((pattern, _, all) => {
    const prefix = prefixOf(pattern.text, textsIn(all));
    if ("why" in prefix) return answers.get(pattern.text) ?? [];
    if (prefix.note !== undefined) ledger.note(prefix.note);
    ledger.mapped(pattern.places, `routes[].path ${prefix.path}`);
    return [prefix.path];
  });
}

/** Asks about each pattern that is no prefix, and gives the prefixes that were answered. */
function askPatterns(rule: At, ledger: Ledger): ReadonlyMap<string, string> {
  const answers = patternsOf(rule).flatMap((pattern, _, all) => {
    const prefix = prefixOf(pattern.text, textsIn(all));
    const answer = "why" in prefix ? ledger.ask(pattern.places, pathQuestion(rule, pattern, prefix.why)) : undefined;
    return answer?.startsWith("/") ? [[pattern.text, answer] as const] : [];
  });
  return new Map(answers);
}

const textsIn = (patterns: readonly Pattern[]): string[] => patterns.map(({ text }) => text);

/** A host that the environment does not have is somebody's way in all the same. */
function hostsOf(rule: At, { application, environment, ledger }: Context) {
  const conditions = rule.at("Conditions").items.filter((condition) => condition.at("Field").text === "host-header");
  const names = [
    ...new Set(
      conditions.flatMap((condition) => [
        ...condition.at("HostHeaderConfig", "Values").words.map(lower),
        ...condition.at("Values").words.map(lower),
      ]),
    ),
  ];
  const domains: Readonly<Record<string, unknown>> = environment.domains;
  const own = textsOf(domains[application]);
  const known = Object.values(domains).flatMap(textsOf);
  const foreign = names.filter((name) => !known.includes(name));
  for (const name of foreign)
    ledger.note(
      `The load balancer answers to ${name}, which the environment does not have: it must be a domain of ${application} before its record leads here.`,
    );
  const others = names.filter((name) => known.includes(name) && !own.includes(name));
  const isOwn = names.length === 0 || names.length > others.length;
  return {
    routed: [...(isOwn ? [undefined] : []), ...others],
    callers: foreign.map((name) => ({ name, by: "listener rule" })),
  };
}

/** The load balancer compares names without case. */
const lower = (name: string): string => name.toLowerCase();

/** A domain is a name, or an object with names in it. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** What no question has claimed: the mapping of a rule never takes over a place that is asked about. */
function rest(rule: At): At[] {
  return ["Priority", "Conditions", "Actions"].map((name) => rule.at(name)).filter(({ isThere }) => isThere);
}

const targetGroupsOf = (actions: readonly At[]): string[] =>
  actions.flatMap((action) => [
    ...((action.at("TargetGroupArn").text ?? "") ? [action.at("TargetGroupArn").text ?? ""] : []),
    ...action.at("ForwardConfig", "TargetGroups").items.flatMap((group) => group.at("TargetGroupArn").text ?? []),
  ]);

/** Whether a rule sends to none of some target groups; of no target group nobody can tell. */
function leadsPast(actions: readonly At[], arns: readonly string[]): boolean {
  const names = arns.map(groupNameOf);
  const groups = targetGroupsOf(actions).map(groupNameOf);
  return names.length > 0 && groups.length > 0 && !groups.some((group) => names.includes(group));
}

const sendsHere = (actions: readonly At[]): boolean => actions.some((action) => action.at("Type").text === "forward");

function isTheRedirectToHttps(actions: readonly At[]): boolean {
  const redirect = actions.map((action) => action.at("RedirectConfig")).find(({ isThere }) => isThere);
  if (redirect === undefined || actions.length > 1) return false;
  const says = (name: string, ...same: string[]): boolean => same.includes(redirect.at(name).text ?? same[0] ?? "");
  return (
    redirect.at("Protocol").text === "HTTPS" &&
    says("Port", "443") &&
    says("Host", "#{host}") &&
    says("Path", "/#{path}") &&
    says("Query", "#{query}")
  );
}
