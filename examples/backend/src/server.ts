import { createServer } from "node:http";
import { log } from "./log.js";
import { handle } from "./routes.js";
import { readDatabaseUrl } from "./secrets.js";
import { endOnSigterm } from "./shutdown.js";

const { PORT = "8080", DRAIN_SECONDS = "70" } = process.env;

try {
  // MMRV opens its pool with it. Who cannot start says so now: the rollout stops at this pod, and the old ones serve on.
  readDatabaseUrl();
} catch (error) {
  log("error", "cannot start", { reason: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

const server = createServer((request, response) => void handle(request, response));
// The gateway lets go of an idle connection after 50 s. The side that closes first must be the one that sends: otherwise
// a request crosses the closing and is lost. Node.js closes after 5 s unless told.
server.keepAliveTimeout = 55_000;
endOnSigterm(server, Number(DRAIN_SECONDS));
server.listen(Number(PORT), () => log("info", "listening", { port: Number(PORT) }));
