import type { Application } from "../schema/application";
import { percentOf } from "./position";
import type { Step } from "./schema";
import { isAfter } from "./stages";
import type { Place } from "./transitions";

/** What must be known before a step that sends more users to Azure. */
export interface Gate {
  readonly name: string;
  /** What a person is asked, with yes or no. Absent where a command measures it, or says why it could not. */
  readonly asks?: string;
  /** What it tells, in a few words. */
  readonly about: string;
  /** Of applications from these only. @default all */
  readonly from?: readonly Application["from"][];
}

const question = (name: string, about: string, asks: string): Gate => ({ name, about, asks });
const measured = (name: string, about: string): Gate => ({ name, about });

/** Before the records get weights: what was found in the zone, and that both sides could serve. */
const READY: readonly Gate[] = [
  measured("zone", "the zone answers as it was adopted, after the old TTL"),
  measured("certificates", "both sides have a valid certificate for every name"),
];

/** Before the first user: what no command can see. */
const FIRST_USER: readonly Gate[] = [
  measured("certificates", "both sides have a valid certificate for every name"),
  measured("side-by-side", "both sides answer the same by pinned address"),
  question(
    "redirect-uris",
    "the identity provider's redirect URIs",
    "Does the identity provider accept every name of it with Azure behind (redirect URIs, allowed origins, logout URLs)?",
  ),
  question(
    "allow-lists-out",
    "allow-lists that our egress address must be on",
    "Is Azure's egress address on the allow-list of everybody whom it calls (partners, SaaS, the database)?",
  ),
  question(
    "allow-lists-in",
    "allow-lists of callers",
    "Does everybody who may call it know Azure's public address (partners' firewalls, webhooks)?",
  ),
  question(
    "mail",
    "SPF and senders of mail",
    "Does nothing that it sends by mail depend on the A record (SPF a or a:host), or does SPF name both sides?",
  ),
  question(
    "pinned-addresses",
    "partners with pinned addresses",
    "Has everybody who pinned an address of AWS been told, with a date?",
  ),
  question(
    "stale-proxies",
    "proxies that keep the first answer",
    "Is there no proxy or client that resolves once and never again (nginx proxy_pass with a literal name, a JVM with cached DNS)?",
  ),
  question(
    "jobs-owner",
    "who owns the cron jobs",
    "Is it written down which cloud runs each cron job and consumer, and who moves them?",
  ),
  question(
    "connections",
    "connections of both clouds to the database",
    "Are the pools of ECS and of AKS at their largest together below the database's maximum?",
  ),
  question("schema", "the database's schema", "Do both versions work with one schema (only additions until drained)?"),
  {
    name: "twins",
    about: "the frontend's twin hosts",
    asks: "Were both sides built from one commit, with the same build id, deployment id and Server Actions key (docs/cutover.md)?",
    from: ["amplify"],
  },
];

/** Before more users, at each step. */
const MORE_USERS: readonly Gate[] = [
  measured("errors", "the share of 5xx, beside AWS's"),
  measured("latency", "p95, beside AWS's"),
];

const EVERYBODY: readonly Gate[] = [
  question(
    "business-day",
    "a working day at half",
    "Has it carried half of the users or more through a working day without a complaint that began with it?",
  ),
];

/** Before AWS counts as empty. */
const DRAINED: readonly Gate[] = [
  measured("requests-left", "requests at the load balancer and at CloudFront"),
  question(
    "jobs-moved",
    "cron jobs and consumers",
    "Do all of its cron jobs and consumers run on Azure, and are they stopped on AWS?",
  ),
];

/** Before AWS's members leave DNS, after which there is no quick way back. */
const RETIRED: readonly Gate[] = [
  measured("requests-left", "requests at the load balancer and at CloudFront"),
  question(
    "nobody-else",
    "other users of what is switched off",
    "Does nobody else use what will be switched off (docs/retire-aws.md), private names in the VPC among it?",
  ),
  question(
    "data",
    "what only AWS has",
    "Is nothing kept on AWS alone (buckets, logs that must be kept, secrets without a copy)?",
  ),
];

const GATES_INTO: Readonly<Partial<Record<Step["stage"], readonly Gate[]>>> = {
  ready: READY,
  canary: FIRST_USER,
  ramp: MORE_USERS,
  full: [...MORE_USERS, ...EVERYBODY],
  drained: DRAINED,
  retired: RETIRED,
};

/**
 * What must be known before a step. Nothing for a way back, nor for what moves nobody.
 * @param from where it stands; absent at the beginning
 */
export function gatesOf(application: Pick<Application, "from">, from: Place | undefined, to: Place): readonly Gate[] {
  const before = from ?? { stage: "off" };
  const isBack = isAfter(before.stage, to.stage) || percentOf(to) < percentOf(before);
  if (isBack || to.givenUp) return [];
  const gates = to.stage === before.stage && to.stage !== "adopt" ? MORE_USERS : (GATES_INTO[to.stage] ?? []);
  return gates.filter((gate) => gate.from === undefined || gate.from.includes(application.from));
}

/** Every gate, once by name. */
export const ALL_GATES: readonly Gate[] = [
  ...new Map(
    [...READY, ...FIRST_USER, ...MORE_USERS, ...EVERYBODY, ...DRAINED, ...RETIRED].map((gate) => [gate.name, gate]),
  ).values(),
];
