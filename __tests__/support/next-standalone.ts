import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HttpsSide } from "./https-side";

/** A built example frontend that runs on loopback, behind HTTPS as one side of a cutover. */
export class NextStandalone {
  private constructor(
    private readonly process: ChildProcess,
    private readonly https: HttpsSide,
  ) {}

  get side() {
    return this.https.side;
  }

  /** @param folder a checkout after `next build` */
  static async start(name: "aws" | "azure", host: string, folder: string): Promise<NextStandalone> {
    const port = await freePort();
    const standalone = join(folder, ".next/standalone");
    // What the Dockerfile copies.
    cpSync(join(folder, ".next/static"), join(standalone, ".next/static"), { recursive: true });
    cpSync(join(folder, "public"), join(standalone, "public"), { recursive: true });
    const variables = { HOSTNAME: "127.0.0.1", PORT: String(port), BACKEND_URL: "http://backend" };
    const env = { PATH: process.env.PATH, NODE_ENV: "production" as const, ...variables };
    const server = spawn(process.execPath, ["server.js"], { cwd: standalone, env, stdio: "ignore" });
    const https = await HttpsSide.start(
      name,
      (incoming, outgoing) => {
        const { headers, method, url } = incoming;
        const passed = request({ host: "127.0.0.1", port, path: url, method, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        passed.on("error", () => outgoing.destroy());
        incoming.pipe(passed);
      },
      { host },
    );
    while (!(await isUp(port))) {
      if (server.exitCode !== null) throw new Error(`server.js ended with ${server.exitCode}`);
      await sleep(50);
    }
    return new NextStandalone(server, https);
  }

  async stop(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.https.stop();
  }
}

const isUp = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/api/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
