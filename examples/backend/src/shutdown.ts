import type { Server } from "node:http";
import { log } from "./log.js";

/**
 * Ends the process when Kubernetes asks: nothing new is accepted, what is in flight is answered, exit code 0. By the time
 * of SIGTERM the preStop sleep has passed and the gateway sends to others.
 *
 * @param drainSeconds After them what is left is cut off, logged; the kernel's SIGKILL would log nothing.
 */
export function endOnSigterm(server: Server, drainSeconds: number): void {
  let isEnding = false;
  server.on("request", (_request, response) => {
    response.once("close", () => {
      // close() lets go of connections that are idle now. One that falls idle later would hold it up for keepAliveTimeout.
      if (isEnding) setImmediate(() => server.closeIdleConnections());
    });
  });
  process.once("SIGTERM", () => {
    isEnding = true;
    log("info", "ending", { drainSeconds });
    const overtime = setTimeout(() => {
      log("error", "requests cut off", { drainSeconds });
      server.closeAllConnections();
    }, drainSeconds * 1000);
    server.close(() => {
      clearTimeout(overtime);
      log("info", "ended");
      // Pools and consumers are closed first. Not left to Node.js: what a request that was cut off has begun would go on.
      process.exit(0);
    });
  });
}
