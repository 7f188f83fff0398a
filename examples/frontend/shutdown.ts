import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";

/**
 * Next.js ends on SIGTERM by itself: it stops listening and waits for its connections. Node.js closes those that are idle
 * at that moment, not those that fall idle later, and Next.js would wait for them until KEEP_ALIVE_TIMEOUT: longer than
 * the grace period, whose end is SIGKILL. The channel is the one way to the server that Next.js keeps to itself.
 */
export function letGoOfIdleConnections(): void {
  let isEnding = false;
  process.once("SIGTERM", () => {
    isEnding = true;
  });
  subscribe("http.server.response.finish", (message) => {
    const { server } = message as { server: Server };
    // The connection of this very response is idle a moment later.
    if (isEnding) setImmediate(() => server.closeIdleConnections());
  });
}
