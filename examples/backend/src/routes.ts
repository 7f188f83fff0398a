import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { log } from "./log.js";

const LONGEST_MS = 60_000;
const PROBES = ["/healthz", "/readyz"];

/** What a request is answered with: status and JSON. */
async function answer(path: string, query: URLSearchParams): Promise<[number, object]> {
  switch (path) {
    // Liveness asks nobody else: a restart mends nothing outside of the pod.
    case "/healthz":
      return [200, { status: "ok" }];
    // Neither does readiness: with the database in it, a bad minute there takes every pod away at once. Nor does it turn on
    // SIGTERM: the deletion has taken the pod out by then, and a probe finds nobody listening.
    case "/readyz":
      return [200, { status: "ready" }];
    // A request that takes a while, as reports and uploads do: what a shutdown has to wait for.
    case "/work": {
      const ms = Number(query.get("ms"));
      if (!(ms >= 0 && ms <= LONGEST_MS)) return [400, { error: `ms is 0 to ${LONGEST_MS}` }];
      await setTimeout(ms);
      return [200, { worked: ms }];
    }
    default:
      return [404, { error: "no such route" }];
  }
}

export async function handle({ method = "", url = "/" }: IncomingMessage, response: ServerResponse): Promise<void> {
  const begin = Date.now();
  // Not new URL(): it throws at a path such as "//", and anybody can ask for that.
  const [path = "/", query] = url.split("?", 2);
  const [status, body] = await answer(path, new URLSearchParams(query));
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  // Probes come every few seconds to every pod, and every line of the log is paid for.
  if (!PROBES.includes(path)) log("info", "request", { method, path, status, ms: Date.now() - begin });
}
