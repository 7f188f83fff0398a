import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { run } from "../processes";

/** A port of the loopback interface that is free now. Should somebody take it within the next second, the API server ends and its log says so. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether the system can end a process together with its parent: Linux with setpriv of util-linux. */
export async function canTieToParent(): Promise<boolean> {
  const answer = await run("setpriv", ["--pdeathsig", "KILL", "true"]).catch(() => undefined);
  return answer?.exitCode === 0;
}
