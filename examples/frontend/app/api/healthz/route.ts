/** Liveness: the process answers. It asks nobody else, as a restart mends nothing outside of the pod. */
export function GET(): Response {
  return Response.json({ status: "ok" });
}
