import type { At } from "../at";
import type { Container } from "./container";
import { there } from "./container";
import { type Health, healthIn } from "./health-command";
import type { Port } from "./port";
import type { Task, Values } from "./task";
import { hidesSecret } from "./words";

type Probes = NonNullable<Values["probes"]>;
export interface Pace {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** What ECS takes where a health check does not say: its API reference, HealthCheck. */
const DEFAULTS = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };
/** The most failures that the chart takes. */
const MOST_FAILURES = 120;
/** What the chart takes (model/schema/workload.ts), which is as much as ECS takes or more. */
const LIMITS = { interval: [1, 300], timeout: [1, 60], retries: [1, MOST_FAILURES], startPeriod: [0, 3600] } as const;

/** How often a container is asked on ECS, and how long it may take to start. */
export function paceOf(
  container: Container,
  startSeconds: number,
): { readonly startup: Pace; readonly liveness: Pace } {
  const check = container.at.at("healthCheck");
  const number = (name: keyof typeof DEFAULTS) => {
    const [least, most] = LIMITS[name];
    return Math.min(most, Math.max(least, Math.round(check.at(name).number ?? DEFAULTS[name])));
  };
  const [periodSeconds, timeoutSeconds] = [number("interval"), number("timeout")];
  const start = Math.max(number("startPeriod"), startSeconds, container.at.at("startTimeout").number ?? 0);
  const failures = start === 0 ? number("retries") : Math.ceil(start / periodSeconds);
  return {
    // The first question comes at once: a single failure must not end the start.
    startup: { periodSeconds, timeoutSeconds, failureThreshold: Math.min(MOST_FAILURES, Math.max(2, failures)) },
    liveness: { periodSeconds, timeoutSeconds, failureThreshold: number("retries") },
  };
}

/**
 * Claims the numbers of a health check.
 * @param startSeconds what the service gives it to start
 */
export function claimPace({ ledger }: Task, container: Container, path: string, startSeconds = 0): void {
  const check = container.at.at("healthCheck");
  ledger.mapped(there(check.at("interval")), `${path}liveness.periodSeconds, and startup's`);
  ledger.mapped(there(check.at("timeout")), `${path}liveness.timeoutSeconds, and startup's`);
  ledger.mapped(there(check.at("retries")), `${path}liveness.failureThreshold`);
  ledger.mapped(there(check.at("startPeriod"), container.at.at("startTimeout")), `${path}startup.failureThreshold`);
  const sentence = shorterStart(container, path, startSeconds);
  if (sentence !== undefined) ledger.note(sentence);
}

/**
 * On ECS the failures of startPeriod did not count, and `retries` more came after it. Here there is one number for both: where it
 * comes to less, whoever knows the application must say whether it is enough.
 */
function shorterStart(container: Container, path: string, startSeconds: number): string | undefined {
  const check = container.at.at("healthCheck");
  const retries = check.at("retries").number;
  if (retries === undefined) return undefined;
  const [interval, startPeriod] = [
    check.at("interval").number ?? DEFAULTS.interval,
    check.at("startPeriod").number ?? DEFAULTS.startPeriod,
  ];
  const { failureThreshold, periodSeconds } = paceOf(container, startSeconds).startup;
  const [was, is] = [startPeriod + retries * interval, failureThreshold * periodSeconds];
  return was <= is
    ? undefined
    : `On ECS ${container.name} had ${was} s to start (startPeriod ${startPeriod} and ${retries} times ${interval}), and here it has ${is} s (${failureThreshold} times ${periodSeconds}). If it needs longer, raise ${path}startup.failureThreshold.`;
}

/** The probes of a server: the health check's path for all three, and the target group's for readiness. */
export function serverProbes(task: Task, { port, was }: Port): Probes {
  const { cast, ledger, service } = task;
  const { main } = cast;
  const check = main.at.at("healthCheck");
  const command = check.at("command");
  const { words } = command;
  const health = healthIn(words);
  const readiness = service?.readiness;
  claimPace(task, main, "probes.", service?.startupSeconds);
  noteOfQuirk(task, main);
  if (health.kind === "none" && readiness?.path !== undefined) {
    ledger.defaulted(check, "probes", "the target group's path: it was what replaced a task that hung");
    return { startup: { path: readiness.path }, liveness: { path: readiness.path }, readiness };
  }
  const said = health.kind === "http" ? health.path : undefined;
  const why = whyAsk(health, port, was);
  const path = why === undefined ? said : (askPath(task, command.isThere ? command : check, why, said) ?? said);
  if (why === undefined) ledger.mapped(command, "probes.*.path");
  const numbers = check.isThere ? paceOf(main, service?.startupSeconds ?? 0) : undefined;
  const asked = path === undefined || (why !== undefined && said === undefined && path === undefined) ? {} : { path };
  return {
    startup: { ...asked, ...numbers?.startup },
    liveness: { ...asked, ...numbers?.liveness },
    readiness: { ...asked, ...readiness },
  };
}

/** Why somebody must say the path; undefined when it is clear. */
function whyAsk(health: Health, port: number | undefined, was: number | undefined): string | undefined {
  if (health.kind === "none")
    return "The task has no health check, and a pod cannot be without: what answers 200 when it is well?";
  if (health.kind === "exec")
    return `The kubelet asks the server by HTTP, and cannot do what the task's health check does: ${health.why}. What answers 200 when it is well?`;
  if (port === undefined && was === undefined)
    return `The health check asks port ${health.port}, and nobody has said yet on which port users are answered. What answers 200 there when it is well?`;
  const isSame = health.port === "PORT" || health.port === was || health.port === port;
  if (!isSame)
    return `The health check asks port ${health.port}, and the server is another. What answers 200 on its own port?`;
  if (health.path === "/")
    return "The health check asks /, which renders a page: a slow page restarts the pod. Give a route that does nothing else, or / for this one.";
  return undefined;
}

const askPath = ({ ledger }: Task, at: At, why: string, said: string | undefined): string | undefined =>
  ledger.ask(at, {
    id: "probe:path",
    risk: "does not start",
    asks: why,
    options: [{ form: "a path such as /healthz", fits: /^\/\S*$/, means: "the kubelet asks for it" }],
    without: said === undefined ? "there is no path, and the chart wants one" : `${said} is asked`,
  });

/** Docker hands what follows the first text of CMD-SHELL to the shell as its own name. */
export function noteOfQuirk({ ledger }: Task, container: Container): void {
  const { words } = container.at.at("healthCheck", "command");
  if (words[0] === "CMD-SHELL" && words.length > 2)
    ledger.note(
      `Docker runs only the first text behind CMD-SHELL: of ${container.name}'s health check the rest never ran.`,
    );
}

/** The probes of work: nobody asks it by HTTP, so that its health check runs in the container as it did on ECS. */
export function workerProbes(task: Task, container: Container, path: string) {
  const { ledger } = task;
  const check = container.at.at("healthCheck");
  const health = healthIn(check.at("command").words);
  if (health.kind === "none") {
    ledger.defaulted(check, `${path}probes`, "none, as on ECS: work that hangs is not restarted");
    return undefined;
  }
  if (hidesSecret(task, container, [check.at("command")])) return undefined;
  const { words } = check.at("command");
  const command =
    words[0] === "CMD-SHELL" ? ["/bin/sh", "-c", words[1] ?? ""] : words[0] === "CMD" ? words.slice(1) : words;
  claimPace(task, container, `${path}probes.`);
  noteOfQuirk(task, container);
  ledger.mapped(check.at("command"), `${path}probes.liveness.command`);
  const { liveness, startup } = paceOf(container, 0);
  return { startup: { command, ...startup }, liveness: { command, ...liveness } };
}
