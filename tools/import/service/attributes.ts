import type { At } from "../at";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";

/** AWS's defaults: docs.aws.amazon.com/elasticloadbalancing/latest/application, target group and load balancer attributes. */
const DEREGISTRATION_SECONDS = 300;
const IDLE_SECONDS = 60;

/** What the attributes of target group and load balancer say of time, in seconds. */
export interface Waits {
  /** The silence after which a request is ended; undefined for AWS's own 60 s, which is the gateway's too. */
  readonly idleTimeoutSeconds?: number;
  /** How long a request may go on after its task left traffic: cut by whichever of the two is shorter. */
  readonly drainSeconds: number;
}

/** @param isBehind whether there is a load balancer at all: only then absence of an attribute means AWS's default */
export function waitsOf(
  groups: readonly At[],
  balancers: readonly At[],
  isBehind: boolean,
  ledger: Ledger,
): Waits | undefined {
  for (const group of groups) stickiness(group, ledger);
  for (const balancer of balancers) edges(balancer, ledger);
  if (!isBehind && groups.length + balancers.length === 0) return undefined;
  const delays = groups.map((group) => group.at("deregistration_delay.timeout_seconds"));
  const idles = balancers.map((balancer) => balancer.at("idle_timeout.timeout_seconds"));
  for (const delay of delays) if (delay.isThere) ledger.mapped(delay, "shutdown.graceSeconds");
  for (const idle of idles) if (idle.isThere) ledger.mapped(idle, "routes[].idleTimeoutSeconds, shutdown.graceSeconds");
  const idle = longest(idles) ?? IDLE_SECONDS;
  return {
    ...(idle !== IDLE_SECONDS && { idleTimeoutSeconds: idle }),
    drainSeconds: Math.min(longest(delays) ?? DEREGISTRATION_SECONDS, idle),
  };
}

function longest(places: readonly At[]): number | undefined {
  const seconds = places.flatMap(({ number }) => number ?? []);
  return seconds.length === 0 ? undefined : Math.max(...seconds);
}

const STICKINESS = [
  ...["enabled", "type", "lb_cookie.duration_seconds"],
  ...["app_cookie.cookie_name", "app_cookie.duration_seconds"],
];

function stickiness(group: At, ledger: Ledger): void {
  const places = STICKINESS.map((name) => group.at(`stickiness.${name}`)).filter(({ isThere }) => isThere);
  if (places.length === 0) return;
  if (group.at("stickiness.enabled").boolean !== true) {
    ledger.dropped(places, "stickiness is off");
    return;
  }
  ledger.ask(places, {
    id: "stickiness",
    risk: "data",
    asks: "A user stays with one task, by a cookie. The gateway sends each request to any pod. What does a task keep for its user: a session, an upload, a cache?",
    options: [ACCEPTED],
    without: "requests of one user go to several pods, and what one of them keeps the others do not know",
  });
}

function edges(balancer: At, ledger: Ledger): void {
  const waf = balancer.at("waf.fail_open.enabled");
  if (waf.isThere)
    ledger.ask(waf, {
      id: "waf",
      risk: "access lost",
      asks: "Is a web ACL (AWS WAF) in front of the load balancer (aws wafv2 get-web-acl-for-resource)? It is not carried over.",
      options: [ACCEPTED],
      without: "the application is reached without the rules that held back requests on AWS",
    });
  const forwarded = balancer.at("routing.http.xff_header_processing.mode");
  if (forwarded.text === "append") ledger.dropped(forwarded, "so does the gateway");
  else if (forwarded.isThere)
    ledger.ask(forwarded, {
      id: "forwarded-for",
      risk: "access lost",
      asks: `The load balancer does not add the client's address to X-Forwarded-For (${forwarded.text}); the gateway does. Does the application believe that header?`,
      options: [ACCEPTED],
      without: "the gateway appends the client's address",
    });
  if (balancer.at("routing.http.x_amzn_tls_version_and_cipher_suite.enabled").boolean === true)
    ledger.note("The load balancer says in x-amzn-tls-version how a client came; the gateway does not.");
}
