import { ROUTE } from "../../../model/schema/route";
import type { At } from "../at";
import { idOf } from "../id";
import { ACCEPTED, type Question } from "../question";

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

/** Everything about a rule that no route can say, but for its path patterns. */
export const questionsOf = (rule: At): Asked[] => [
  ...questionsOfActions(rule),
  ...questionsOfConditions(rule),
  ...questionsOfTransforms(rule),
];

const pathsIn = (rule: At): string =>
  patternsOf(rule)
    .map(({ text }) => text)
    .join(", ") || "every path";

function questionsOfActions(rule: At): Asked[] {
  // Two listeners may have a rule of one priority; a source has a name of its own.
  const name = rule.source.name;
  return rule.at("Actions").items.flatMap((action): Asked[] => {
    const type = action.at("Type").text ?? "";
    if (type.startsWith("authenticate-") || type === "jwt-validation")
      return [
        {
          places: [action],
          question: {
            id: idOf(name, "login"),
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
            id: idOf(name, "redirect"),
            risk: "unreachable",
            asks: `The load balancer redirects ${pathsIn(rule)}. Routes only send requests here: does the application redirect by itself?`,
            options: [ACCEPTED],
            without: "nobody redirects these requests",
          },
        },
      ];
    if (type === "fixed-response")
      return [
        {
          places: [action],
          question: {
            id: idOf(name, "fixed-response"),
            risk: "unreachable",
            asks: `The load balancer answers ${pathsIn(rule)} by itself with ${action.at("FixedResponseConfig", "StatusCode").text ?? "a fixed answer"}. The gateway answers 404 to what no route takes. Is that enough?`,
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
            id: idOf(name, "action"),
            risk: "unreachable",
            asks: `The load balancer does something else with ${pathsIn(rule)} than to send it on: ${type}. What?`,
            options: [ACCEPTED],
            without: "this rule routes nothing",
          },
        },
      ];
    return weights(action, name);
  });
}

function weights(action: At, name: string): Asked[] {
  const groups = action.at("ForwardConfig", "TargetGroups").items.filter((group) => group.at("Weight").number !== 0);
  const stickiness = action.at("ForwardConfig", "TargetGroupStickinessConfig");
  if (groups.length < 2) return [];
  return [
    {
      places: [action.at("ForwardConfig", "TargetGroups"), ...(stickiness.isThere ? [stickiness] : [])],
      question: {
        id: idOf(name, "weights"),
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
            id: idOf(rule.source.name, field || "condition"),
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
          id: idOf(rule.source.name, field, "pattern"),
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
        id: idOf(rule.source.name, "rewrite"),
        risk: "unreachable",
        asks: `The load balancer rewrites what it sends on of ${pathsIn(rule)}. The gateway sends requests as they came. Does the application take them so?`,
        options: [{ answer: "accepted", means: "the application takes them as they came" }],
        without: "this rule routes nothing",
      },
    },
  ];
}

/** Of a rule that sends to the service's second port. */
export const otherPort = (rule: At): Asked => ({
  places: [rule.at("Actions")],
  question: {
    id: idOf(rule.source.name, "port"),
    risk: "unreachable",
    asks: `The load balancer sends ${pathsIn(rule)} to another port of the service than the main one. The gateway sends to the main port. Does that one answer these requests?`,
    options: [{ answer: "accepted", means: "the main port answers them" }],
    without: "this rule routes nothing",
  },
});

export const pathQuestion = (rule: At, { text }: Pattern, why: string): Question => ({
  id: idOf(rule.source.name, text),
  risk: "unreachable",
  asks: `Which prefix stands for ${text}? ${why[0]?.toUpperCase()}${why.slice(1)}.`,
  options: [
    { form: "a prefix such as /admin", fits: ROUTE, means: "it is routed, with all that is below it" },
    { answer: "accepted", means: "it needs no route" },
  ],
  without: "the gateway sends nothing of it here",
});
