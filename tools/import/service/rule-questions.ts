import { ROUTE } from "../../../model/schema/route";
import type { At } from "../at";
import { idOf } from "../id";
import { ACCEPTED, type Question } from "../question";
import { ruleId } from "./rule-id";

/** A question about a rule, and the places that it is about. */
export interface Asked {
  readonly places: readonly At[];
  readonly question: Question;
}

/** A path pattern of a rule, and where it stands: AWS says it twice. */
export interface Pattern {
  readonly text: string;
  readonly places: readonly At[];
}

export function patternsOf(rule: At): Pattern[] {
  return rule.at("Conditions").items.flatMap((condition) => {
    if (condition.at("Field").text !== "path-pattern") return [];
    const places = [...condition.at("PathPatternConfig", "Values").items, ...condition.at("Values").items];
    const texts = [...new Set(places.flatMap(({ text }) => text ?? []))];
    return texts.map((text) => ({ text, places: places.filter((place) => place.text === text) }));
  });
}

/**
 * Everything about a rule that no route can say, but for its path patterns.
 * @param taken prefixes routed here that take its requests, though it sends them nowhere
 */
export const questionsOf = (rule: At, taken: readonly string[] = []): Asked[] => [
  ...questionsOfActions(rule, taken),
  ...questionsOfConditions(rule),
  ...questionsOfTransforms(rule),
];

const pathsIn = (rule: At): string =>
  patternsOf(rule)
    .map(({ text }) => text)
    .join(", ") || "every path";

function questionsOfActions(rule: At, taken: readonly string[]): Asked[] {
  return rule.at("Actions").items.flatMap((action): Asked[] => {
    const type = action.at("Type").text ?? "";
    if (type.startsWith("authenticate-") || type === "jwt-validation")
      return [
        {
          places: [action],
          question: {
            id: ruleId(rule, "login"),
            risk: "access lost",
            asks: `The load balancer asks for a login (${type}) before ${pathsIn(rule)}. The gateway does not. Does the application ask for one by itself?`,
            options: [{ answer: "accepted", means: "the application asks for a login by itself, or nobody needs one" }],
            without: "this rule routes nothing; but where another route leads there, it is open to everybody",
          },
        },
      ];
    if (type === "redirect")
      return [
        {
          places: [action],
          question: {
            id: ruleId(rule, "redirect"),
            risk: "unreachable",
            asks: `The load balancer redirects ${pathsIn(rule)}. Routes only send requests here: does the application redirect by itself?`,
            options: [ACCEPTED],
            without: "nobody redirects these requests",
          },
        },
      ];
    const status = action.at("FixedResponseConfig", "StatusCode").text;
    if (type === "fixed-response" && taken.length > 0 && status?.startsWith("4"))
      return [{ places: [action], question: refused(rule, status, taken) }];
    if (type === "fixed-response")
      return [
        {
          places: [action],
          question: {
            id: ruleId(rule, "fixed-response"),
            risk: "unreachable",
            asks: `The load balancer answers ${pathsIn(rule)} by itself with ${status ?? "a fixed answer"}. The gateway answers 404 to what no route takes. Is that enough?`,
            options: [ACCEPTED],
            without: "the gateway answers 404 without these words, and sends what a route takes to the application",
          },
        },
      ];
    if (type !== "forward")
      return [
        {
          places: [action],
          question: {
            id: ruleId(rule, "action"),
            risk: "unreachable",
            asks: `The load balancer does something else with ${pathsIn(rule)} than to send it on: ${type}. What?`,
            options: [ACCEPTED],
            without: "this rule routes nothing",
          },
        },
      ];
    return weights(rule, action);
  });
}

function weights(rule: At, action: At): Asked[] {
  const groups = action.at("ForwardConfig", "TargetGroups").items.filter((group) => group.at("Weight").number !== 0);
  const stickiness = action.at("ForwardConfig", "TargetGroupStickinessConfig");
  if (groups.length < 2) return [];
  return [
    {
      places: [action.at("ForwardConfig", "TargetGroups"), ...(stickiness.isThere ? [stickiness] : [])],
      question: {
        id: ruleId(rule, "weights"),
        risk: "unreachable",
        asks: "The load balancer shares these requests between several target groups by weight. A route has one application behind it: which is the one?",
        options: [{ answer: "accepted", means: "all of them go to this application" }],
        without: "this rule routes nothing",
      },
    },
  ];
}

/** Some keep people out. */
const CONDITIONS: Readonly<Record<string, Pick<Question, "risk" | "asks">>> = {
  "source-ip": {
    risk: "access lost",
    asks: "The rule holds for certain addresses only. The gateway looks at no address. May everybody come in?",
  },
  "http-header": {
    risk: "unreachable",
    asks: "The rule holds for requests with a certain header only. A route looks at host and path. What are they for?",
  },
  "query-string": {
    risk: "unreachable",
    asks: "The rule holds for certain queries only. A route looks at host and path. What are they for?",
  },
  "http-request-method": {
    risk: "access lost",
    asks: "The rule holds for certain methods only. A route takes every method. May the application be asked by all?",
  },
};

const of = (field: string): Pick<Question, "risk" | "asks"> => ({
  risk: "unreachable",
  asks: `The rule looks at ${field || "something else than host and path"}. A route looks at host and path. What is it for?`,
});

function questionsOfConditions(rule: At): Asked[] {
  return rule.at("Conditions").items.flatMap((condition): Asked[] => {
    const field = condition.at("Field").text ?? "";
    const said = ["host-header", "path-pattern"].includes(field) ? undefined : (CONDITIONS[field] ?? of(field));
    const hasRegex =
      ["PathPatternConfig", "HostHeaderConfig"].some((name) => condition.at(name, "RegexValues").isThere) ||
      condition.at("RegexValues").isThere;
    const hasWildcard =
      field === "host-header" &&
      [...condition.at("HostHeaderConfig", "Values").words, ...condition.at("Values").words].some((host) =>
        /[*?]/.test(host),
      );
    if (said)
      return [
        {
          places: [condition],
          question: {
            ...said,
            asks: `${pathsIn(rule)}: ${said.asks}`,
            id: ruleId(rule, field || "condition"),
            options: [{ answer: "accepted", means: "the rule's paths are routed without that condition" }],
            without: "this rule routes nothing",
          },
        },
      ];
    if (!hasRegex && !hasWildcard) return [];
    return [
      {
        places: [condition],
        question: {
          id: ruleId(rule, field, "pattern"),
          risk: "unreachable",
          asks: `The rule's ${field} is a pattern. A route has a whole host name, and a prefix. Which requests does it take?`,
          options: [ACCEPTED],
          without: "this rule routes nothing",
        },
      },
    ];
  });
}

function questionsOfTransforms(rule: At): Asked[] {
  if (!rule.at("Transforms").isThere) return [];
  return [
    {
      places: [rule.at("Transforms")],
      question: {
        id: ruleId(rule, "rewrite"),
        risk: "unreachable",
        asks: `The load balancer rewrites what it sends on of ${pathsIn(rule)}. The gateway sends requests as they came. Does the application take them so?`,
        options: [{ answer: "accepted", means: "the application takes them as they came" }],
        without: "this rule routes nothing",
      },
    },
  ];
}

/** About what the load balancer refuses, and the gateway would not. */
const refused = (rule: At, status: string, taken: readonly string[]): Question => ({
  id: ruleId(rule, "refused"),
  risk: "access lost",
  asks: `The load balancer refuses ${pathsIn(rule)} by itself with ${status}. Here the route ${taken.join(", ")} takes it, too, and the gateway refuses nothing. Does the application refuse it by itself?`,
  options: [{ answer: "accepted", means: "the application refuses it by itself, or everybody may come in" }],
  without: "what the load balancer refused comes to the application, and is open to everybody",
});

/** Of a rule for another service, whose requests a shorter prefix of this one would take. */
export const elsewhere = (rule: At, group: string, taken: readonly string[]): Asked => ({
  places: [rule],
  question: {
    id: ruleId(rule, "elsewhere"),
    risk: "unreachable",
    asks: `The load balancer sends ${pathsIn(rule)} to another service (${group}). Here the route ${taken.join(", ")} takes it, too, unless that service has a longer one. Has it?`,
    options: [
      { answer: "accepted", means: "it is an application here with a route of its own, or nobody comes any more" },
    ],
    without: "the gateway sends it to this application",
  },
});

/**
 * Of rules that send to another port of the service than the main one.
 * @param group name of the target group; all rules for it are one question
 */
export const otherPort = (rule: At, group: string): Asked => ({
  places: [rule.at("Actions")],
  question: {
    id: idOf("target-group", group, "port"),
    risk: "unreachable",
    asks: `Rules of the load balancer send to the target group ${group}, which is another port of the service than the main one. The gateway sends to the main port. Does that one answer these requests?`,
    options: [{ answer: "accepted", means: "the main port answers them" }],
    without: "these rules route nothing",
  },
});

export const pathQuestion = (rule: At, { text }: Pattern, why: string): Question => ({
  id: ruleId(rule, text),
  risk: "unreachable",
  asks: `Which prefix stands for ${text}? ${why[0]?.toUpperCase()}${why.slice(1)}.`,
  options: [
    { form: "a prefix such as /admin", fits: ROUTE, means: "it is routed, with all that is below it" },
    { answer: "accepted", means: "it needs no route" },
  ],
  without: "the gateway sends nothing of it here",
});
