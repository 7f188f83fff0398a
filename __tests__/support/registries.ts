import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { generate } from "selfsigned";

/** What a registry does with a request instead of answering it. */
export type RegistryFault = "drop" | "hang" | { readonly status: number; readonly code: string };

/** Who may log in to a registry: the user and the bcrypt hash of a password that opens nothing else. */
export interface RegistryUser {
  readonly user: string;
  readonly hash: string;
}

/** What moto's GetAuthorizationToken hands out: AWS, 123456789012-auth-token. */
export const ECR_USER: RegistryUser = {
  user: "AWS",
  hash: "$2y$05$abcdefghijklmnopqrstuu/4ofrUS75HrKu6f.iuRo0I/XlrmpqlC",
};
/** What a stand-in for `az acr login --expose-token` hands out. */
export const ACR_TOKEN = "a-token-for-one-test";
export const ACR_USER: RegistryUser = {
  user: "00000000-0000-0000-0000-000000000000",
  hash: "$2y$05$abcdefghijklmnopqrstuu.k8IlDFdSjUVVqw06TWRlmQKSqEoMk6",
};

/**
 * Two docker-registry servers on loopback, each behind TLS with a certificate made for this run (SSL_CERT_FILE has it),
 * as ECR and our registry are two. Everything of them is in one folder, which goes with them.
 */
export async function startRegistries(users: { readonly aws?: RegistryUser; readonly ours?: RegistryUser } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-registries-"));
  const { cert, private: key } = await generate([{ name: "commonName", value: "registries of a test" }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  const certificate = join(folder, "certificate.pem");
  writeFileSync(certificate, cert);
  const start = (name: string, user?: RegistryUser) => Registry.start(join(folder, name), { cert, key }, user);
  const aws = await start("aws", users.aws);
  const ours = await start("ours", users.ours).catch((error: unknown) => {
    aws.stop();
    throw error;
  });
  const stop = () => {
    for (const registry of [aws, ours]) registry.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { aws, ours, folder, certificate, stop };
}
export type Registries = Awaited<ReturnType<typeof startRegistries>>;

/** One docker-registry with a front that speaks TLS, counts what is asked, and fails on demand. */
export class Registry {
  /** Every request as "METHOD path", in order. */
  readonly requests: string[] = [];
  /** Asked before each request; what it returns happens instead of an answer. */
  fault: (request: string) => RegistryFault | undefined = () => undefined;

  private readonly sockets = new Set<Duplex>();

  private constructor(
    /** As in a reference: 127.0.0.1 and the port. */
    readonly host: string,
    /** Where docker-registry listens; a socket, because a port that is free now may be another test's a moment later. */
    private readonly socket: string,
    /** Where its blobs and manifests are. */
    readonly storage: string,
    readonly stop: () => void,
  ) {}

  static async start(folder: string, tls: { cert: string; key: string }, user?: RegistryUser): Promise<Registry> {
    const socket = `${folder}.sock`;
    const storage = `${folder}-storage`;
    const htpasswd = `${folder}-htpasswd`;
    if (user !== undefined) writeFileSync(htpasswd, `${user.user}:${user.hash}\n`);
    const config = {
      version: "0.1",
      log: { level: "error", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: storage } },
      // Its own address is not the front's.
      http: { net: "unix", addr: socket, relativeurls: true },
      ...(user !== undefined && { auth: { htpasswd: { realm: "test", path: htpasswd } } }),
    };
    writeFileSync(`${folder}.json`, JSON.stringify(config));
    const server = spawn("docker-registry", ["serve", `${folder}.json`], { stdio: "ignore" });
    const front = createHttpsServer(tls);
    front.on("tlsClientError", (_, socket) => socket.destroy());
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(front.address() as AddressInfo).port}`;
    const registry: Registry = new Registry(host, socket, storage, () => {
      server.kill("SIGKILL");
      for (const socket of registry.sockets) socket.destroy();
      front.close();
    });
    front.on("connection", (socket) => {
      registry.sockets.add(socket);
      socket.once("close", () => registry.sockets.delete(socket));
    });
    front.on("request", (request, response) => registry.answer(request, response));
    while (server.exitCode === null) {
      const answer = await registry.ask("GET", "/v2/").catch(() => undefined);
      if (answer !== undefined) return registry;
      await sleep(50);
    }
    registry.stop();
    throw new Error(`docker-registry did not start: exit code ${server.exitCode}`);
  }

  /** A test's own question, past TLS and faults. */
  async ask(method: string, path: string, headers: OutgoingHttpHeaders = {}, body?: Buffer) {
    const request = httpRequest({ socketPath: this.socket, method, path, headers }).end(body);
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
  }

  /** How many clients hold a connection. */
  get connections(): number {
    return this.sockets.size;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const what = `${request.method} ${request.url}`;
    this.requests.push(what);
    const fault = this.fault(what);
    if (fault === "hang") return;
    if (fault === "drop") return void request.socket.destroy();
    if (fault !== undefined) {
      const body = JSON.stringify({ errors: [{ code: fault.code, message: fault.code.toLowerCase() }] });
      return void response
        .writeHead(fault.status, { "content-type": "application/json", "retry-after": "0" })
        .end(body);
    }
    const { method, url: path, headers } = request;
    const forwarded = httpRequest({ socketPath: this.socket, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    // A client that is killed half-way must not end the test.
    forwarded.on("error", () => response.destroy());
    request.on("error", () => forwarded.destroy());
    request.pipe(forwarded);
  }
}
