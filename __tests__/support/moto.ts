import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A local AWS on loopback. Its account is 123456789012. */
export class Moto {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<Moto> {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const process = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const moto = new Moto(process, `http://127.0.0.1:${port}`);
    while (process.exitCode === null) {
      if (
        await fetch(`${moto.url}/moto-api/`).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return moto;
      await sleep(100);
    }
    moto.stop();
    throw new Error(`moto did not start: exit code ${process.exitCode}`);
  }

  /** One call of a service with a query API; the answer is XML. */
  async call(
    service: "ec2" | "iam" | "sts",
    action: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<string> {
    const version = { ec2: "2016-11-15", iam: "2010-05-08", sts: "2011-06-15" }[service];
    const response = await fetch(this.url, {
      method: "POST",
      // The service is read from the credential; nothing is verified.
      headers: { Authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request` },
      body: new URLSearchParams({ Action: action, Version: version, ...parameters }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${action}: ${text.replace(/\s+/g, " ")}`);
    return text;
  }

  stop(): void {
    this.process.kill("SIGKILL");
  }
}
