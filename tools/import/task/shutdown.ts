import { type Container, there } from "./container";
import type { Task, Values } from "./task";

/** What ECS waits between SIGTERM and SIGKILL when nobody says, in seconds. */
const STOP_SECONDS = 30;
/** How long a load balancer keeps a silent connection when nobody says, in seconds. */
const IDLE_SECONDS = 60;
/** charts/mmrv-app/values.yaml: until the gateway has noticed. */
const PRE_STOP_SECONDS = 15;
/** For the process's own end. */
const REST_SECONDS = 5;
/** The most that the chart takes. */
const MOST_SECONDS = 600;

/** How long a pod may take to end: ECS drains first and stops then, and here both share one time. */
export function shutdownOf(
  { cast, ledger, service }: Task,
  containers: readonly Container[],
): NonNullable<Values["shutdown"]> {
  const places = containers.map(({ at }) => at.at("stopTimeout"));
  const said = there(...places);
  const stop = Math.max(...said.map(({ number }) => number ?? 0), said.length === 0 ? STOP_SECONDS : 0);
  const drain = cast.isServer ? (service?.drainSeconds ?? IDLE_SECONDS) : 0;
  const wanted = PRE_STOP_SECONDS + Math.max(stop, STOP_SECONDS, drain) + REST_SECONDS;
  const graceSeconds = Math.min(MOST_SECONDS, Math.ceil(wanted));
  if (said.length > 0) ledger.mapped(said, "shutdown.graceSeconds");
  else ledger.defaulted(places.slice(0, 1), "shutdown.graceSeconds", `ECS waits ${STOP_SECONDS} s when nobody says`);
  if (graceSeconds < wanted)
    ledger.note(`A pod has ${MOST_SECONDS} s to end, and this one may take ${wanted} s: what lasts longer is cut off.`);
  return { graceSeconds };
}
