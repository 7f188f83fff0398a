import { configuration } from "../../configuration";

/**
 * Readiness: what this pod lacks and another may have. A rollout with a forgotten variable stops at its first pod. The
 * backend is not asked: its bad minute would take every frontend away too.
 */
export function GET(): Response {
  const isReady = Boolean(configuration().backendUrl);
  return Response.json({ status: isReady ? "ready" : "BACKEND_URL is not set" }, { status: isReady ? 200 : 503 });
}
